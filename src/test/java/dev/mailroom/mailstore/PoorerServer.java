package dev.mailroom.mailstore;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Stands before an IMAP server and makes it one that offers less, or one whose line breaks just when it has done what it
 * was told. Ends with {@link #close}.
 */
final class PoorerServer implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final List<String> hidden;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** What clients said, without tags. */
    final List<String> commands = new CopyOnWriteArrayList<>();

    private volatile @Nullable String lastWord;
    private volatile @Nullable String lastTag;

    PoorerServer(int target, String... hidden) throws IOException {
        this.target = target;
        this.hidden = List.of(hidden);
        this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The line breaks instead of the answer to the next command of this name. */
    void breakAfter(String command) {
        lastWord = command;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.addAll(List.of(client, server));
            thread(() -> pump(client, server, this::heard));
            thread(() -> pump(server, client, this::told));
        }
    }

    /** @return the line to be passed on, null to break off */
    private String heard(String line) {
        String[] words = line.stripTrailing().split(" ", 2);
        if (words.length == 2) {
            commands.add(words[1]);
            String last = lastWord;
            if (last != null && words[1].startsWith(last)) {
                lastTag = words[0];
            }
        }
        return line;
    }

    private @Nullable String told(String line) {
        String tag = lastTag;
        if (tag != null && line.startsWith(tag + " ")) {
            lastTag = null;
            lastWord = null;
            return null;
        }
        String less = line;
        if (line.contains("CAPABILITY")) {
            for (String capability : hidden) {
                less = less.replaceAll(" " + capability + "(?=[\\s\\]])", "");
            }
        }
        return less;
    }

    private interface Ear {
        @Nullable
        String hear(String line);
    }

    private void pump(Socket from, Socket to, Ear ear) throws IOException {
        try (from;
                to) {
            InputStream in = new BufferedInputStream(from.getInputStream());
            OutputStream out = to.getOutputStream();
            for (byte[] line = line(in); line.length > 0; line = line(in)) {
                String passed = ear.hear(new String(line, StandardCharsets.ISO_8859_1));
                if (passed == null) {
                    return;
                }
                out.write(passed.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
        }
    }

    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void thread(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException ended) {
                // The other side went away, or the test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
