package dev.mailroom.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import jdk.net.ExtendedSocketOptions;

/** Stands before an IMAP server and notes when it says EXISTS. */
final class NoticingRelay {

    private final ServerSocket listener;
    private final int target;
    private boolean listening;
    private long heardAt;

    private NoticingRelay(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    static NoticingRelay to(int port) throws IOException {
        NoticingRelay relay = new NoticingRelay(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), port);
        start(relay::accept);
        return relay;
    }

    int port() {
        return listener.getLocalPort();
    }

    synchronized void listen() {
        listening = true;
        heardAt = 0;
    }

    /** @return microseconds since 1970, the first time since {@link #listen} */
    synchronized long awaitNews() throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (heardAt == 0 && System.nanoTime() < end) {
            wait(100);
        }
        return heardAt;
    }

    private synchronized void heard() {
        if (listening && heardAt == 0) {
            heardAt = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
            listening = false;
            notifyAll();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket("127.0.0.1", target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                start(() -> pump(client, server, false));
                start(() -> pump(server, client, true));
            }
        } catch (IOException over) {
            // The JVM ends.
        }
    }

    private void pump(Socket from, Socket to, boolean notices) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int count = read(from, in, buffer); count >= 0; count = read(from, in, buffer)) {
                if (notices && new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains(" EXISTS")) {
                    heard();
                }
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException over) {
            // One of both has gone.
        }
    }

    /** At once acknowledged: the test mail server sends its lines one by one, and each would wait 40 ms for that. */
    private static int read(Socket from, InputStream in, byte[] buffer) throws IOException {
        from.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        return in.read(buffer);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }
}
