package dev.mailroom.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A quick SMTP server on 127.0.0.1 for measurements: STARTTLS, AUTH PLAIN (every login is right), a delay before each
 * reply, and the ways in which a server can be gone. Takes every mail and keeps none; what it is told about each is its
 * subject. Thread-safe.
 */
public final class SmtpSink implements AutoCloseable {

    /** How the server is gone. */
    public enum Fault {
        NONE,
        /** Takes connections and never says a word. */
        SILENT,
        /** The queue of new connections is full: the first packet gets no answer. */
        UNREACHABLE,
        /** A byte of a greeting that never ends, each second. */
        DRIPPING,
        /** 421 to everybody. */
        BUSY,
        /** Says that TLS may begin, and then nothing. */
        TLS_STALL,
        /** Nobody listens. */
        GONE
    }

    private static final byte[] DOT = {'\r', '\n', '.', '\r', '\n'};

    private final SSLContext tls = TestCertificates.LOCALHOST.serverContext();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Socket> plugs = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final AtomicLong mails = new AtomicLong();
    private final Consumer<String> told;
    private final int port;
    private volatile Duration delay = Duration.ZERO;
    private volatile Fault fault = Fault.NONE;
    private ServerSocket listener;
    private Thread acceptor;

    private SmtpSink(Consumer<String> told) {
        this.told = told;
        listener = bind(0, 200);
        port = listener.getLocalPort();
        acceptor = daemon(this::accept, "sink");
    }

    public static SmtpSink start() {
        return new SmtpSink(subject -> {});
    }

    /** @param told gets the subject of each mail that was taken, before the reply to its dot */
    public static SmtpSink telling(Consumer<String> told) {
        return new SmtpSink(told);
    }

    public int port() {
        return port;
    }

    /** Before each reply from now on. */
    public void delay(Duration before) {
        delay = before;
    }

    /** Breaks the open connections and is gone like this from now on. */
    public synchronized void fault(Fault next) {
        stopListening();
        fault = next;
        plugs.forEach(SmtpSink::reset);
        plugs.clear();
        open.forEach(SmtpSink::reset);
        if (next == Fault.GONE) {
            return;
        }
        listener = bind(port, next == Fault.UNREACHABLE ? 1 : 200);
        if (next == Fault.UNREACHABLE) {
            plug();
        } else {
            acceptor = daemon(this::accept, "sink");
        }
    }

    /** Mails taken. */
    public long mails() {
        return mails.get();
    }

    /** Connections accepted. */
    public int connections() {
        return connections.get();
    }

    public int openConnections() {
        return open.size();
    }

    /** The most connections that were open at a time. */
    public int mostOpenConnections() {
        return mostOpen.get();
    }

    @Override
    public synchronized void close() {
        fault(Fault.GONE);
    }

    private static ServerSocket bind(int port, int backlog) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), backlog);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fills the queue of connections that nobody accepts, until one more gets no answer. */
    private void plug() {
        try {
            while (plugs.size() < 100) {
                Socket plug = new Socket();
                plugs.add(plug);
                plug.connect(new InetSocketAddress("127.0.0.1", port), 300);
            }
            throw new IllegalStateException("the queue of connections is never full here");
        } catch (SocketTimeoutException full) {
            // That is what was wanted.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        ServerSocket mine = listener;
        while (!mine.isClosed()) {
            try {
                Socket connection = mine.accept();
                connection.setTcpNoDelay(true);
                connections.incrementAndGet();
                open.add(connection);
                mostOpen.accumulateAndGet(open.size(), Math::max);
                daemon(() -> serve(connection), "sink-connection");
            } catch (IOException stopped) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            switch (fault) {
                case SILENT -> connection.getInputStream().read();
                case BUSY -> new Dialogue(connection).say("421 4.3.2 too busy");
                case DRIPPING -> drip(connection.getOutputStream());
                default -> new Dialogue(connection).run();
            }
        } catch (IOException | RuntimeException ended) {
            // A client that goes away, or a test that breaks the line, is what this server is for.
        } finally {
            open.remove(connection);
        }
    }

    private static void drip(OutputStream out) throws IOException {
        out.write("220-".getBytes(StandardCharsets.US_ASCII));
        while (true) {
            out.write('x');
            out.flush();
            LockSupport.parkNanos(1_000_000_000);
        }
    }

    private synchronized void stopListening() {
        try {
            listener.close();
            // While a thread still waits in accept, the system goes on taking connections.
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyClosed) {
            // Then it is ended, which is what was wanted.
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** One connection. */
    private final class Dialogue {

        private final Socket socket;
        private InputStream in;
        private OutputStream out;
        private boolean secured;

        Dialogue(Socket socket) throws IOException {
            this.socket = socket;
            in = new BufferedInputStream(socket.getInputStream(), 16_384);
            out = new BufferedOutputStream(socket.getOutputStream(), 1024);
        }

        void run() throws IOException {
            reply("220 sink.example ESMTP");
            for (String line = line(); line != null; line = line()) {
                String verb = line.length() < 4 ? line : line.substring(0, 4).toUpperCase(java.util.Locale.ROOT);
                switch (verb) {
                    case "EHLO" ->
                        reply(secured ? "250-sink.example\r\n250 AUTH PLAIN" : "250-sink.example\r\n250 STARTTLS");
                    case "STAR" -> startTls();
                    case "AUTH" -> reply("235 2.7.0 welcome");
                    case "DATA" -> data();
                    case "QUIT" -> {
                        reply("221 2.0.0 bye");
                        return;
                    }
                    default -> reply("250 2.0.0 fine");
                }
            }
        }

        private void startTls() throws IOException {
            reply("220 2.0.0 go ahead");
            if (fault == Fault.TLS_STALL) {
                in.transferTo(OutputStream.nullOutputStream());
                return;
            }
            SSLSocket line = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
            line.setUseClientMode(false);
            line.startHandshake();
            in = new BufferedInputStream(line.getInputStream(), 16_384);
            out = new BufferedOutputStream(line.getOutputStream(), 1024);
            secured = true;
        }

        private void data() throws IOException {
            reply("354 go on");
            String subject = "";
            String line = line();
            while (line != null && !line.equals(".")) {
                if (line.isEmpty()) {
                    skipBody();
                    break;
                }
                if (line.startsWith("Subject: ")) {
                    subject = line.substring(9);
                }
                line = line();
            }
            mails.incrementAndGet();
            told.accept(subject);
            reply("250 2.0.0 taken");
        }

        /** Up to and with the final dot; the empty line before it was read. */
        private void skipBody() throws IOException {
            int matched = 2;
            while (matched < DOT.length) {
                int b = in.read();
                if (b < 0) {
                    throw new IOException("ended within the message");
                }
                matched = b == DOT[matched] ? matched + 1 : b == '\r' ? 1 : 0;
            }
        }

        private void reply(String text) throws IOException {
            long nanos = delay.toNanos();
            if (nanos > 0) {
                LockSupport.parkNanos(nanos);
            }
            say(text);
        }

        void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.write('\r');
            out.write('\n');
            out.flush();
        }

        private @org.jspecify.annotations.Nullable String line() throws IOException {
            StringBuilder line = new StringBuilder(80);
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    return line.toString();
                }
                if (b != '\r') {
                    line.append((char) b);
                }
            }
            return null;
        }
    }
}
