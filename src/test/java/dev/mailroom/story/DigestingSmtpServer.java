package dev.mailroom.story;

import dev.mailroom.message.Hashes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Takes every message, however large, and keeps its SHA-256 only. */
final class DigestingSmtpServer implements AutoCloseable {

    private final ServerSocket listener;
    private final List<String> digests = new CopyOnWriteArrayList<>();
    private final AtomicLong bytes = new AtomicLong();

    private DigestingSmtpServer(ServerSocket listener) {
        this.listener = listener;
    }

    static DigestingSmtpServer start() {
        try {
            DigestingSmtpServer server =
                    new DigestingSmtpServer(new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1")));
            daemon(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** One for each message: of its bytes without dot stuffing. */
    List<String> digests() {
        return digests;
    }

    long bytes() {
        return bytes.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                daemon(() -> serve(socket));
            } catch (IOException stopped) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            OutputStream out = socket.getOutputStream();
            say(out, "220 digest.example");
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                if (line.startsWith("DATA")) {
                    say(out, "354 go ahead");
                    digests.add(content(in));
                    say(out, "250 taken");
                } else {
                    say(out, line.startsWith("QUIT") ? "221 bye" : "250 ok");
                }
            }
        } catch (IOException gone) {
            // The client may go when it likes.
        }
    }

    private String content(InputStream in) throws IOException {
        MessageDigest digest = Hashes.newSha256();
        for (String line = line(in); !line.equals(".\r\n") && !line.isEmpty(); line = line(in)) {
            byte[] content = line.substring(line.startsWith(".") ? 1 : 0).getBytes(StandardCharsets.ISO_8859_1);
            digest.update(content);
            bytes.addAndGet(content.length);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** With its CRLF; empty at the end. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(80);
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.append((char) b);
            int length = line.length();
            if (b == '\n' && length > 1 && line.charAt(length - 2) == '\r') {
                return line.toString();
            }
        }
        return "";
    }

    private static void say(OutputStream out, String reply) throws IOException {
        out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "digesting-smtp");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
