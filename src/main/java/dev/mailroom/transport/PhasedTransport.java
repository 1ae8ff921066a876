package dev.mailroom.transport;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.MailSocket;
import dev.mailroom.transport.MailTransport.DotGate;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/**
 * The mail library's SMTP, watched: which phase it is in, what the server answered there, and whether the final dot went
 * out. What the library's exceptions say about that is wrong after the dot, so nobody reads them; this class notes what
 * passes by. For one thread at a time.
 */
final class PhasedTransport extends SMTPTransport {

    /** More than any reply needs; a server that talks without end is cut off instead of filling the memory. */
    private static final long LONGEST_REPLY = 256 * 1024L;

    private final MailSocket line;
    private final SmtpProperties.Timeout limits;
    private final Clock clock;
    private final ServerLogin login;
    private final ReplyRules rules;

    private Stage stage = Stage.GREETING;
    private @Nullable SmtpReply reply;
    private boolean housekeeping;
    private boolean resetDone;
    private List<MailAddress> recipients = List.of();
    private final List<MailAddress> accepted = new ArrayList<>();
    private final List<RecipientReply> others = new ArrayList<>();
    private int recipient = -1;
    private DotGate gate = addresses -> false;
    private boolean gateAsked;
    private boolean fenced;
    private @Nullable Instant dotAt;
    private @Nullable HeldLastLine lastLine;

    PhasedTransport(
            Session session,
            MailSocket line,
            SmtpProperties.Timeout limits,
            ServerLogin login,
            ReplyRules rules,
            Clock clock) {
        super(session, null);
        this.line = line;
        this.limits = limits;
        this.login = login;
        this.rules = rules;
        this.clock = clock;
    }

    /** Greeting, EHLO, STARTTLS where the session asks for it, and login. */
    @Override
    public synchronized void connect(Socket connected) throws MessagingException {
        enter(Stage.GREETING);
        setLocalHost(addressLiteral());
        super.connect(connected);
    }

    /** The one way every connect of the library takes; its own look-up of user names is left aside. */
    @Override
    public synchronized void connect(@Nullable String host, int port, @Nullable String user, @Nullable String password)
            throws MessagingException {
        super.connect(null, -1, login.user(), login.secret());
    }

    /** @param recipients in the order of {@code addresses} */
    synchronized void send(StoredMessage message, Address[] addresses, List<MailAddress> recipients, DotGate gate)
            throws MessagingException {
        this.recipients = recipients;
        this.gate = gate;
        accepted.clear();
        others.clear();
        recipient = -1;
        gateAsked = false;
        fenced = false;
        dotAt = null;
        resetDone = false;
        enter(Stage.MAIL);
        sendMessage(message, addresses);
    }

    /**
     * MAIL, then RSET: asks whether the server would take mail of this sender.
     *
     * @param bytes see {@link EnvelopeAddress#bytes}
     */
    synchronized void offerSender(String bytes, String parameters) throws MessagingException {
        issueCommand("MAIL FROM:<" + bytes + ">" + parameters, 250);
        issueCommand("RSET", -1);
    }

    @Override
    protected void sendCommand(String command) throws MessagingException {
        Stage next = stageOf(command);
        housekeeping = next == null;
        if (next != null) {
            enter(next);
        }
        if (next == Stage.DOT) {
            dotAt = clock.instant();
        }
        super.sendCommand(command);
    }

    @Override
    protected int readServerResponse() throws MessagingException {
        int code = super.readServerResponse();
        if (housekeeping) {
            resetDone = code == 250;
            return code;
        }
        SmtpReply read = ReplyReader.read(code, getLastServerResponse());
        reply = read;
        if (code == 421 || code < 200 || code > 599) {
            // The library would go on talking to a connection that has ended, and overwrite what was answered.
            throw new MessagingException("The server ended the conversation");
        }
        if (stage == Stage.RCPT) {
            note(recipients.get(recipient), read);
        }
        return code;
    }

    @Override
    protected OutputStream data() throws MessagingException {
        HeldLastLine held = new HeldLastLine(super.data());
        line.writeTimeout(limits.data());
        lastLine = held;
        return held;
    }

    @Override
    protected void finishData() throws IOException, MessagingException {
        sendLastLine();
        gateAsked = true;
        if (!gate.pass(List.copyOf(accepted))) {
            fenced = true;
            line.abort();
            throw new MessagingException("The message belongs to somebody else now");
        }
        if (line.isClosed()) {
            throw new MessagingException("The connection ended before the dot", new SocketException("closed"));
        }
        line.deadline(limits.dot().plusSeconds(1));
        super.finishData();
    }

    private void sendLastLine() throws IOException, MessagingException {
        byte[] bytes = lastLine == null ? null : lastLine.release();
        if (bytes != null) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            super.sendCommand(text.startsWith(".") ? "." + text : text);
        }
    }

    private void note(MailAddress address, SmtpReply answer) {
        if (answer.code() < 300) {
            accepted.add(address);
        } else {
            others.add(rules.answer(address, answer));
        }
    }

    private void enter(Stage next) {
        stage = next;
        reply = null;
        housekeeping = false;
        if (next == Stage.RCPT) {
            recipient++;
        }
        line.receiveAtMost(LONGEST_REPLY);
        line.writeTimeout(limits.command());
        try {
            line.setSoTimeout(millis(next == Stage.DOT ? limits.dot() : limits.command()));
        } catch (SocketException closed) {
            // The next write or read on it says so, and better.
        }
    }

    /** Null for commands beside the conversation: RSET, NOOP, QUIT. */
    private @Nullable Stage stageOf(String command) {
        String verb = command.length() < 4 ? command : command.substring(0, 4);
        return switch (verb) {
            case "EHLO", "HELO" -> Stage.GREETING;
            case "STAR" -> Stage.TLS;
            case "AUTH" -> Stage.LOGIN;
            case "MAIL" -> Stage.MAIL;
            case "RCPT" -> Stage.RCPT;
            case "DATA" -> Stage.DATA;
            case "." -> Stage.DOT;
            case "RSET", "NOOP", "QUIT" -> null;
            default -> stage;
        };
    }

    /** RFC 5321 4.1.3: a client without a name of its own says its address. */
    private String addressLiteral() {
        String address = line.getLocalAddress().getHostAddress();
        int zone = address.indexOf('%');
        String bare = zone < 0 ? address : address.substring(0, zone);
        return bare.contains(":") ? "[IPv6:" + bare + "]" : "[" + bare + "]";
    }

    private static int millis(Duration duration) {
        return (int) Math.max(1, duration.toMillis());
    }

    Stage stage() {
        return stage;
    }

    /** The server's last answer in the current stage; null when none came. */
    @Nullable
    SmtpReply reply() {
        return reply;
    }

    List<MailAddress> accepted() {
        return List.copyOf(accepted);
    }

    List<RecipientReply> others() {
        return List.copyOf(others);
    }

    boolean isGateAsked() {
        return gateAsked;
    }

    boolean isFenced() {
        return fenced;
    }

    /** When the dot was written; null while it was not. */
    @Nullable
    Instant dotAt() {
        return dotAt;
    }

    /** Whether the server agreed to start anew after something failed. */
    boolean isReset() {
        return resetDone;
    }
}
