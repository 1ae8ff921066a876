package dev.mailroom.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server on 127.0.0.1 that does what a test tells it, and remembers every message it took. Usually it accepts
 * everything. Points where it can be told otherwise: {@code CONNECT} (the greeting), the verbs {@code EHLO STARTTLS AUTH
 * MAIL RCPT DATA RSET NOOP QUIT}, {@code BODY} (after the message's first line), {@code DOT} (after the final dot) and
 * {@code TAKEN} (after the reply that took the message).
 *
 * <pre>
 * ScriptedSmtpServer server = ScriptedSmtpServer.start();
 * server.once("DOT", SmtpAction.reply("451 4.3.0 later"));        // not taken
 * server.once("DOT", SmtpAction.close());                        // taken, and no reply: the classic doubt
 * server.onRecipient("nobody@acme.example", SmtpAction.reply("550 5.1.1 unknown"));
 * assertThat(server.messages()).hasSize(1);
 * </pre>
 *
 * At {@code DOT} a message is taken (durably, as far as a test goes) unless the action is a reply of 4xx or 5xx. Thread-safe.
 */
public final class ScriptedSmtpServer implements AutoCloseable {

    private final Map<String, Queue<SmtpAction>> once = new ConcurrentHashMap<>();
    private final Map<String, SmtpAction> always = new ConcurrentHashMap<>();
    private final Map<String, SmtpAction> recipients = new ConcurrentHashMap<>();
    private final Queue<ReceivedMail> messages = new ConcurrentLinkedQueue<>();
    private final Queue<String> commands = new ConcurrentLinkedQueue<>();
    private final List<Chance> chances = new CopyOnWriteArrayList<>();
    private final Random random;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> extensions = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong contentBytes = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final int port;

    private volatile @Nullable ServerSocket listener;
    private volatile @Nullable Thread acceptor;
    private volatile @Nullable SSLContext startTls;
    private volatile @Nullable SSLContext implicitTls;
    private volatile @Nullable String user;
    private volatile @Nullable String password;
    private volatile boolean blackHole;
    private volatile Consumer<ReceivedMail> witness = mail -> {};
    private volatile Function<String, @Nullable SmtpAction> recipientRule = address -> null;

    private record Chance(String point, double probability, SmtpAction action) {}

    /** One message with its envelope; {@code content} without the dot and without dot stuffing. */
    public record ReceivedMail(
            String from,
            List<String> recipients,
            byte[] content,
            @Nullable String messageId) {
        public ReceivedMail {
            recipients = List.copyOf(recipients);
        }
    }

    private ScriptedSmtpServer(long seed) {
        random = new Random(seed);
        port = listen(0);
    }

    /** Listens on a free port, without TLS and without login. */
    public static ScriptedSmtpServer start() {
        return start(0);
    }

    /** @param seed of what happens by chance */
    public static ScriptedSmtpServer start(long seed) {
        return new ScriptedSmtpServer(seed);
    }

    /** Told each message that is taken, before the server says so; the reply waits for it. */
    public ScriptedSmtpServer witnessedBy(Consumer<ReceivedMail> everyMessageTaken) {
        witness = everyMessageTaken;
        return this;
    }

    /** Announces STARTTLS and shows this certificate. */
    public ScriptedSmtpServer withStartTls(TestCertificates certificate) {
        startTls = certificate.serverContext();
        return this;
    }

    /** Speaks TLS from the first byte. */
    public ScriptedSmtpServer withImplicitTls(TestCertificates certificate) {
        implicitTls = certificate.serverContext();
        return this;
    }

    /** Announces AUTH PLAIN LOGIN XOAUTH2 (the password is the token; with STARTTLS only after it), and takes mail after the right login only. */
    public ScriptedSmtpServer withLogin(String user, String password) {
        this.user = user;
        this.password = password;
        return this;
    }

    /** Announces these extensions too, such as SMTPUTF8; takes what they allow. */
    public ScriptedSmtpServer announcing(String... more) {
        extensions.addAll(List.of(more));
        return this;
    }

    List<String> extensions() {
        return extensions;
    }

    /** Does this the next time the point is reached; several calls are worked off in their order. */
    public ScriptedSmtpServer once(String point, SmtpAction action) {
        once.computeIfAbsent(point, ignored -> new ConcurrentLinkedQueue<>()).add(action);
        return this;
    }

    /** Does this every time the point is reached, until {@link #usual}. */
    public ScriptedSmtpServer always(String point, SmtpAction action) {
        always.put(point, action);
        return this;
    }

    /** Does this with this probability each time the point is reached and nothing else is scripted there. */
    public ScriptedSmtpServer sometimes(String point, double probability, SmtpAction action) {
        chances.add(new Chance(point, probability, action));
        return this;
    }

    /** Asked at RCPT for an address without a script of its own; null = the usual. */
    public ScriptedSmtpServer onRecipients(Function<String, @Nullable SmtpAction> rule) {
        recipientRule = rule;
        return this;
    }

    /** Does this for RCPT of this address. */
    public ScriptedSmtpServer onRecipient(String address, SmtpAction action) {
        recipients.put(address, action);
        return this;
    }

    /** Forgets the whole script. */
    public ScriptedSmtpServer usual() {
        once.clear();
        always.clear();
        recipients.clear();
        chances.clear();
        recipientRule = address -> null;
        return this;
    }

    /** From now on connections are refused, and those that are open are reset. */
    public void unavailable() {
        stopListening();
        open.forEach(ScriptedSmtpServer::reset);
    }

    /** Listens again on the same port, and answers again. */
    public void available() {
        blackHole = false;
        if (listener == null) {
            listen(port);
        }
    }

    /** From now on connections are accepted, and nobody ever says a word on them; open ones fall silent, too. */
    public void blackHole() {
        blackHole = true;
    }

    public int port() {
        return port;
    }

    /** All messages taken, in their order. */
    public List<ReceivedMail> messages() {
        return List.copyOf(messages);
    }

    /** All command lines of all connections; those of a login are cut after the mechanism. */
    public List<String> commands() {
        return List.copyOf(commands);
    }

    /** How many bytes of message content have arrived so far, also of messages whose dot is still missing. */
    public long contentBytes() {
        return contentBytes.get();
    }

    /** How many connections were accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** How many connections are open now. */
    public int openConnections() {
        return open.size();
    }

    /** Ends everything. */
    @Override
    public void close() {
        closed.countDown();
        stopListening();
        open.forEach(ScriptedSmtpServer::reset);
    }

    private int listen(int wanted) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), wanted), 200);
            listener = socket;
            acceptor = daemon(() -> accept(socket), "scripted-smtp-" + socket.getLocalPort());
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connections.incrementAndGet();
                open.add(connection);
                daemon(() -> serve(connection), "scripted-smtp-connection");
            } catch (IOException stopped) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            SSLContext tls = implicitTls;
            Socket spoken = tls == null ? connection : secured(tls, connection);
            new ScriptedSmtpSession(this, spoken).run();
        } catch (IOException ended) {
            // A client that goes away, or a test that breaks the line, is what this server is for.
        } finally {
            open.remove(connection);
        }
    }

    static Socket secured(SSLContext tls, Socket connection) throws IOException {
        SSLSocket secured =
                (SSLSocket) tls.getSocketFactory().createSocket(connection, null, connection.getPort(), true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    @Nullable
    SmtpAction scripted(String point) {
        if (blackHole) {
            return SmtpAction.hang();
        }
        Queue<SmtpAction> queue = once.get(point);
        SmtpAction next = queue == null ? null : queue.poll();
        if (next != null) {
            return next;
        }
        SmtpAction usual = always.get(point);
        return usual != null ? usual : byChance(point);
    }

    private @Nullable SmtpAction byChance(String point) {
        for (Chance chance : chances) {
            if (chance.point().equals(point) && random.nextDouble() < chance.probability()) {
                return chance.action();
            }
        }
        return null;
    }

    @Nullable
    SmtpAction scriptedRecipient(String address) {
        SmtpAction action = scripted("RCPT");
        if (action != null) {
            return action;
        }
        SmtpAction own = recipients.get(address);
        return own != null ? own : recipientRule.apply(address);
    }

    void took(ReceivedMail mail) {
        witness.accept(mail);
        messages.add(mail);
    }

    void heardContent(int bytes) {
        contentBytes.addAndGet(bytes);
    }

    void heard(String command) {
        commands.add(command);
    }

    @Nullable
    SSLContext startTls() {
        return startTls;
    }

    boolean wantsLogin() {
        return user != null;
    }

    boolean isRight(String givenUser, String givenPassword) {
        return givenUser.equals(user) && givenPassword.equals(password);
    }

    void awaitEnd() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyClosed) {
            // Then it is ended, which is what was wanted.
        }
    }

    /** Returns when the port is closed: while a thread still waits in accept, the system goes on taking connections. */
    private void stopListening() {
        ServerSocket socket = listener;
        Thread thread = acceptor;
        listener = null;
        try {
            if (socket != null && thread != null) {
                socket.close();
                thread.join();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
