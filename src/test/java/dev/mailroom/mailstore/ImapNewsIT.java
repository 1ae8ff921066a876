package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.network.LoopbackSockets;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.InputMailbox.Provider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** News that a server tells in the moment between two commands, and replies that never end. */
class ImapNewsIT {

    private final MailStore.Opener opener =
            new ProtocolOpener(LoopbackSockets.open(), InboundTimeoutProperties.defaults());
    private ServerSocket listener;

    private volatile String withSearch = "";
    private volatile String beforeIdle = "";
    private volatile String withIdle = "";
    private volatile boolean drips;
    private volatile boolean floods;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "news");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    @Test
    void news_that_come_with_the_reply_to_search_are_not_lost() throws Exception {
        withSearch = "* 2 EXISTS\r\n";

        assertThatNewsAreHeard();
    }

    @Test
    void news_that_come_between_search_and_idle_are_not_lost() throws Exception {
        beforeIdle = "* 2 EXISTS\r\n";

        assertThatNewsAreHeard();
    }

    @Test
    void news_that_come_in_one_packet_with_the_go_ahead_of_idle_are_not_lost() throws Exception {
        withIdle = "* 2 EXISTS\r\n";

        assertThatNewsAreHeard();
    }

    @Test
    void a_reply_that_drips_ends_when_the_line_is_cut() throws Exception {
        MailStore store = open();
        drips = true;
        CompletableFuture<Void> listing = CompletableFuture.runAsync(() -> {
            try {
                store.list(any -> false);
            } catch (MailStoreException e) {
                throw new IllegalStateException(e);
            }
        });
        Thread.yield();

        store.abort();

        assertThatThrownBy(() -> listing.get(10, TimeUnit.SECONDS)).hasStackTraceContaining("MailStoreException");
        store.close();
    }

    @Test
    void a_reply_without_end_is_cut_off() throws Exception {
        try (MailStore store = open()) {
            floods = true;

            assertThatThrownBy(() -> store.fetchSmall(
                            java.util.List.of(new MailStore.Locator("INBOX", 7, "1")), 1000, (locator, raw) -> {}))
                    .isInstanceOf(MailStoreException.class);
        }
    }

    private void assertThatNewsAreHeard() throws Exception {
        try (MailStore store = open()) {
            store.list(any -> false);
            long begin = System.nanoTime();

            assertThat(store.awaitNews(Duration.ofSeconds(20))).isTrue();

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        }
    }

    private MailStore open() throws MailStoreException {
        return opener.open(
                Mailboxes.of(Provider.IMAP, "127.0.0.1", listener.getLocalPort(), Security.NONE),
                Mailboxes.credentials());
    }

    private void serve() {
        try (Socket socket = listener.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = socket.getOutputStream();
            say(out, "* OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS AUTH=PLAIN SASL-IR] ready\r\n");
            String idling = null;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String tag = line.split(" ", 2)[0];
                if (line.endsWith("IDLE")) {
                    idling = tag;
                    say(out, beforeIdle + "+ idling\r\n" + withIdle);
                } else if (line.equals("DONE")) {
                    say(out, idling + " OK done\r\n");
                } else {
                    reply(out, tag, line);
                }
            }
        } catch (IOException over) {
            // The test has ended, or cut the line.
        }
    }

    private void reply(OutputStream out, String tag, String line) throws IOException {
        if (line.contains("SEARCH") && drips) {
            for (int i = 0; i < 1_000_000; i++) {
                say(out, i == 0 ? "* SEARCH" : " 1");
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            }
        } else if (line.contains("SEARCH")) {
            say(out, "* SEARCH\r\n" + withSearch);
        } else if (line.contains("FETCH") && floods) {
            flood(out);
        } else if (line.contains("EXAMINE") || line.contains("SELECT")) {
            say(out, "* 1 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 2] .\r\n");
        } else if (line.contains("CAPABILITY")) {
            say(out, "* CAPABILITY IMAP4rev1 IDLE UIDPLUS\r\n");
        } else if (line.contains("LIST")) {
            say(out, "* LIST () \"/\" INBOX\r\n");
        }
        say(out, tag + " OK done\r\n");
    }

    /** One small message after the other: no single one is larger than what was asked for. */
    private static void flood(OutputStream out) throws IOException {
        String message = "* 1 FETCH (UID 1 BODY[]<0> {1000}\r\n" + "x".repeat(1000) + ")\r\n";
        try {
            for (int i = 0; i < 1_000_000; i++) {
                say(out, message);
            }
        } catch (SocketException cut) {
            throw new IOException("cut", cut);
        }
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
