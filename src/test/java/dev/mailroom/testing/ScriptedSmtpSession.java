package dev.mailroom.testing;

import dev.mailroom.testing.ScriptedSmtpServer.ReceivedMail;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link ScriptedSmtpServer}. */
final class ScriptedSmtpSession {

    private static final Pattern PATH = Pattern.compile("<([^>]*)>");
    private static final Pattern MESSAGE_ID = Pattern.compile("(?im)^Message-ID:\\s*(<[^>]*>)");

    private final ScriptedSmtpServer server;
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private boolean secured;
    private boolean loggedIn;
    private @Nullable String from;
    private final List<String> recipients = new ArrayList<>();

    ScriptedSmtpSession(ScriptedSmtpServer server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        this.secured = socket instanceof javax.net.ssl.SSLSocket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    void run() throws IOException {
        answer("CONNECT", "220 scripted.example ESMTP");
        for (String line = readLine(); line != null; line = readLine()) {
            String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
            server.heard(verb.equals("AUTH") ? line.replaceAll("(?i)^(AUTH \\S+).*", "$1") : line);
            handle(verb, line);
            if (verb.equals("QUIT")) {
                return;
            }
        }
    }

    private void handle(String verb, String line) throws IOException {
        switch (verb) {
            case "EHLO", "HELO" -> answer("EHLO", extensions());
            case "STARTTLS" -> startTls();
            case "AUTH" -> login(line);
            case "MAIL" -> mail(line);
            case "RCPT" -> recipient(line);
            case "DATA" -> data();
            case "RSET" -> {
                forget();
                answer("RSET", "250 2.0.0 forgotten");
            }
            case "NOOP" -> answer("NOOP", "250 2.0.0 here");
            case "QUIT" -> answer("QUIT", "221 2.0.0 bye");
            default -> send("500 5.5.1 what?");
        }
    }

    private String[] extensions() {
        List<String> lines = new ArrayList<>(List.of("250-scripted.example", "250-SIZE 100000000"));
        boolean tlsFirst = server.startTls() != null && !secured;
        if (tlsFirst) {
            lines.add("250-STARTTLS");
        } else if (server.wantsLogin()) {
            lines.add("250-AUTH PLAIN LOGIN XOAUTH2");
        }
        server.extensions().forEach(extension -> lines.add("250-" + extension));
        lines.add("250 ENHANCEDSTATUSCODES");
        return lines.toArray(String[]::new);
    }

    private void startTls() throws IOException {
        if (server.startTls() == null) {
            send("502 5.5.1 no TLS here");
        } else if (answer("STARTTLS", "220 2.0.0 go ahead")) {
            socket = ScriptedSmtpServer.secured(server.startTls(), socket);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
            secured = true;
        }
    }

    private void login(String line) throws IOException {
        SmtpAction action = server.scripted("AUTH");
        if (action != null) {
            act(action, "235 2.7.0 welcome");
            loggedIn = true;
            return;
        }
        String[] words = line.split(" ");
        String user;
        String password;
        if (words[1].equalsIgnoreCase("PLAIN")) {
            String[] parts = decode(words[2]).split("\0", -1);
            user = parts[1];
            password = parts[2];
        } else if (words[1].equalsIgnoreCase("XOAUTH2")) {
            String[] parts = decode(words[2]).split("\u0001", -1);
            user = parts[0].replaceFirst("^user=", "");
            password = parts[1].replaceFirst("^auth=Bearer ", "");
            if (!server.isRight(user, password)) {
                send("334 eyJzdGF0dXMiOiI0MDEifQ==");
                readLine();
            }
        } else {
            send("334 VXNlcm5hbWU6");
            user = decode(String.valueOf(readLine()));
            send("334 UGFzc3dvcmQ6");
            password = decode(String.valueOf(readLine()));
        }
        loggedIn = server.isRight(user, password);
        send(loggedIn ? "235 2.7.0 welcome" : "535 5.7.8 authentication credentials invalid");
    }

    private void mail(String line) throws IOException {
        if (server.wantsLogin() && !loggedIn) {
            send("530 5.7.0 log in first");
        } else if (answer("MAIL", "250 2.1.0 sender ok")) {
            forget();
            from = path(line);
        }
    }

    private void recipient(String line) throws IOException {
        String address = path(line);
        SmtpAction action = server.scriptedRecipient(address);
        if (action == null ? sendPositive("250 2.1.5 recipient ok") : act(action, "250 2.1.5 recipient ok")) {
            recipients.add(address);
        }
    }

    private void data() throws IOException {
        if (recipients.isEmpty()) {
            send("503 5.5.1 no recipients");
            return;
        }
        if (!answer("DATA", "354 go ahead")) {
            return;
        }
        byte[] content = body();
        SmtpAction action = server.scripted("DOT");
        boolean refuses = action instanceof SmtpAction.Reply reply
                && reply.lines().get(reply.lines().size() - 1).matches("[45]\\d\\d.*");
        if (!refuses) {
            var id = MESSAGE_ID.matcher(new String(content, StandardCharsets.ISO_8859_1));
            server.took(new ReceivedMail(String.valueOf(from), recipients, content, id.find() ? id.group(1) : null));
        }
        forget();
        if (action == null) {
            send("250 2.0.0 taken");
        } else {
            act(action, "250 2.0.0 taken");
        }
        SmtpAction after = refuses ? null : server.scripted("TAKEN");
        if (after != null) {
            act(after, (String[]) null);
        }
    }

    /** Ends only at a dot on a line of its own between CRLFs, so that nothing smuggled can end it. */
    private byte[] body() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        boolean first = true;
        while (true) {
            byte[] line = rawLine();
            if (line.length == 3 && line[0] == '.' && line[1] == '\r') {
                return content.toByteArray();
            }
            int skip = line[0] == '.' ? 1 : 0;
            content.write(line, skip, line.length - skip);
            server.heardContent(line.length - skip);
            if (first) {
                first = false;
                SmtpAction action = server.scripted("BODY");
                if (action != null) {
                    act(action, (String[]) null);
                }
            }
        }
    }

    /** With its CRLF. */
    private byte[] rawLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int before = -1;
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n' && before == '\r') {
                return line.toByteArray();
            }
            before = b;
        }
        throw new EOFException("ended within the message");
    }

    private @Nullable String readLine() throws IOException {
        try {
            String line = new String(rawLine(), StandardCharsets.UTF_8);
            return line.substring(0, line.length() - 2);
        } catch (EOFException ended) {
            return null;
        }
    }

    /** Whether the answer was positive (2xx or 3xx). */
    private boolean answer(String point, String... usual) throws IOException {
        SmtpAction action = server.scripted(point);
        return action == null ? sendPositive(usual) : act(action, usual);
    }

    private boolean act(SmtpAction action, String @Nullable ... usual) throws IOException {
        if (action instanceof SmtpAction.Reply reply) {
            return sendPositive(reply.lines().toArray(String[]::new));
        } else if (action instanceof SmtpAction.Close) {
            socket.close();
            throw new EOFException("closed by script");
        } else if (action instanceof SmtpAction.Reset) {
            ScriptedSmtpServer.reset(socket);
            throw new EOFException("reset by script");
        } else if (action instanceof SmtpAction.Hang) {
            server.awaitEnd();
            throw new EOFException("hung by script");
        } else if (action instanceof SmtpAction.Delay delay) {
            LockSupport.parkNanos(delay.time().toNanos());
            return usual == null || sendPositive(usual);
        } else if (action instanceof SmtpAction.Tell tell) {
            tell.told().run();
            return usual == null || sendPositive(usual);
        }
        drip((SmtpAction.Drip) action);
        return false;
    }

    private void drip(SmtpAction.Drip drip) throws IOException {
        out.write("250-".getBytes(StandardCharsets.US_ASCII));
        while (true) {
            out.write('x');
            out.flush();
            LockSupport.parkNanos(drip.pause().toNanos());
        }
    }

    private boolean sendPositive(String... lines) throws IOException {
        send(lines);
        return lines[lines.length - 1].matches("[23].*");
    }

    private void send(String... lines) throws IOException {
        out.write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void forget() {
        from = null;
        recipients.clear();
    }

    private static String path(String line) {
        var matcher = PATH.matcher(line);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
