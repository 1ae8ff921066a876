package dev.mailroom.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A server of IMAP or POP3 that answers as it is told, and as no server should; counts what the client took. */
public final class HostileServer implements AutoCloseable {

    /** One connection, in the hands of the answer to one command. */
    public static final class Line {
        private final OutputStream out;
        private final AtomicLong sent;
        private final String tag;

        private Line(OutputStream out, AtomicLong sent, String tag) {
            this.out = out;
            this.sent = sent;
            this.tag = tag;
        }

        /** @param text {@code %t} stands for the tag of the command */
        public Line say(String text) throws IOException {
            return write(text.replace("%t", tag).getBytes(StandardCharsets.ISO_8859_1));
        }

        Line write(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            sent.addAndGet(bytes.length);
            return this;
        }

        /** Until the client hangs up, or two gigabytes were sent. */
        public void forEver(String text) throws IOException {
            String much = text.repeat(Math.max(1, 60_000 / text.length()));
            while (sent.get() < 2_000_000_000L) {
                say(much);
            }
        }

        /** One character at a time, until the client hangs up. */
        public void drip(String text) throws IOException {
            for (int i = 0; i < 600; i++) {
                say(text.substring(i % text.length(), i % text.length() + 1));
                pause(50);
            }
        }

        public void silence() {
            pause(30_000);
        }

        public void hangUp() throws IOException {
            throw new IOException("As told");
        }

        private static void pause(int millis) {
            java.util.concurrent.locks.LockSupport.parkNanos(millis * 1_000_000L);
        }
    }

    @FunctionalInterface
    public interface Answer {
        void to(String command, Line line) throws IOException;
    }

    private final ServerSocket server;
    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final boolean tagged;
    private Answer greeting;

    private HostileServer(boolean tagged, Answer greeting) {
        this.tagged = tagged;
        this.greeting = greeting;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::accept, "hostile-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Well-behaved until told otherwise: one mail of UID 7. */
    public static HostileServer imap() {
        String mail = "Subject: x\r\n\r\nx\r\n";
        return new HostileServer(true, (command, line) -> line.say("* OK ready\r\n"))
                .on("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE\r\n%t OK\r\n")
                .on("LOGIN", "%t OK\r\n")
                .on("EXAMINE", "* 1 EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT 8]\r\n%t OK [READ-ONLY]\r\n")
                .on("UID SEARCH", "* SEARCH 7\r\n%t OK\r\n")
                .on("UID FETCH 7 (UID RFC822.SIZE", "* 1 FETCH (UID 7 RFC822.SIZE 17)\r\n%t OK\r\n")
                .on(
                        "UID FETCH 7 (UID BODY",
                        "* 1 FETCH (UID 7 BODY[]<0> {" + mail.length() + "}\r\n" + mail + ")\r\n%t OK\r\n")
                .on("IDLE", "+ idling\r\n")
                .on("DONE", "%t OK\r\n")
                .on("LOGOUT", "* BYE\r\n%t OK\r\n")
                .on("", "%t OK\r\n");
    }

    /** Well-behaved until told otherwise: one mail. */
    public static HostileServer pop3() {
        return new HostileServer(false, (command, line) -> line.say("+OK ready\r\n"))
                .on("CAPA", "+OK\r\nUSER\r\nUIDL\r\n.\r\n")
                .on("UIDL", "+OK\r\n1 a\r\n.\r\n")
                .on("LIST", "+OK\r\n1 17\r\n.\r\n")
                .on("RETR", "+OK\r\nSubject: x\r\n\r\nx\r\n.\r\n")
                .on("", "+OK\r\n");
    }

    public HostileServer greeting(Answer answer) {
        greeting = answer;
        return this;
    }

    public HostileServer on(String command, String answer) {
        return on(command, (any, line) -> line.say(answer));
    }

    /** @param command how it begins, without the tag; the longest that fits counts */
    public HostileServer on(String command, Answer answer) {
        answers.put(command, answer);
        return this;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Commands without their tags. */
    public List<String> heard() {
        return heard;
    }

    /** Bytes that the network took off the server's hands. */
    public long sent() {
        return sent.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread thread = new Thread(() -> serve(socket), "hostile-line");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            OutputStream out = socket.getOutputStream();
            greeting.to("", new Line(out, sent, ""));
            String tag = "";
            for (String said = in.readLine(); said != null; said = in.readLine()) {
                boolean withTag = tagged && !said.equals("DONE");
                tag = withTag ? said.substring(0, Math.max(0, said.indexOf(' '))) : tag;
                String command = withTag ? said.substring(said.indexOf(' ') + 1) : said;
                heard.add(command);
                answer(command).to(command, new Line(out, sent, tag));
            }
        } catch (IOException clientGone) {
            // What most tests are about.
        }
    }

    private Answer answer(String command) {
        return answers.entrySet().stream()
                .filter(entry -> command.regionMatches(
                        true, 0, entry.getKey(), 0, entry.getKey().length()))
                .max(Map.Entry.comparingByKey(java.util.Comparator.comparingInt(String::length)))
                .orElseThrow()
                .getValue();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
