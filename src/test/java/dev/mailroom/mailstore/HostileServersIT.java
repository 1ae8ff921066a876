package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.network.LoopbackSockets;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.InputMailbox.Provider;
import dev.mailroom.registry.SentFolder;
import dev.mailroom.testing.HostileServer;
import dev.mailroom.testing.HostileServer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R26: whatever a server does, the thread is free within the time-outs, memory is bounded, and a sentence says why. */
@Timeout(20)
class HostileServersIT {

    /** Nothing a person asked for is as long. */
    private static final long MUCH = 100L * 1024 * 1024;

    private static final InboundTimeoutProperties SHORT = new InboundTimeoutProperties(
            Duration.ofMillis(500),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofMillis(800),
            Duration.ofMillis(300));

    private final MailStore.Opener opener = new ProtocolOpener(LoopbackSockets.open(), SHORT);
    private final MailStore.Opener patient =
            new ProtocolOpener(LoopbackSockets.open(), InboundTimeoutProperties.defaults());

    private static final Map<String, HostileServer> IMAP = new LinkedHashMap<>();
    private static final Map<String, HostileServer> POP3 = new LinkedHashMap<>();

    private static final Answer HANG_UP = (command, line) -> line.hangUp();
    private static final Answer BYE =
            (command, line) -> line.say("* BYE for now\r\n").hangUp();
    private static final Answer SILENCE = (command, line) -> line.silence();
    private static final Answer DRIP = (command, line) -> line.drip("* 1 EXISTS\r\n");
    private static final Answer LINE_WITHOUT_END = (command, line) -> line.forEver("* OK x");
    private static final Answer LINES_WITHOUT_END = (command, line) -> line.forEver("* 1 EXISTS\r\n");
    private static final Answer TAGS_WITHOUT_END = (command, line) -> line.forEver("A1 OK\r\nB7 OK\r\n");
    private static final Answer HUGE_LITERAL =
            (command, line) -> line.say("* OK {2147483647}\r\n").forEver("x");
    private static final Answer BODIES_WITHOUT_END = (command, line) ->
            line.forEver("* 1 FETCH (UID 9 BODY[]<0> {1000000}\r\n" + "x".repeat(1_000_000) + ")\r\n");
    private static final Answer HUGE_BODY = (command, line) ->
            line.say("* 1 FETCH (UID 7 BODY[]<0> {2147483647}\r\n").forEver("x");
    private static final Answer BODY_THAT_STOPS = (command, line) ->
            line.say("* 1 FETCH (UID 7 BODY[]<0> {1048576}\r\nSubject: x").silence();
    private static final Answer UIDS_WITHOUT_END =
            (command, line) -> line.say("* SEARCH").forEver(" 1234567");
    private static final Answer RUBBISH =
            (command, line) -> line.say("\0\0)(]}{*\r\n* (((((\r\n").forEver("{\r\n");

    static {
        for (String at : List.of("greeting", "CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH 7 (UID BODY")) {
            imap(at, "hangs up", HANG_UP);
            imap(at, "says BYE", BYE);
            imap(at, "is silent", SILENCE);
            imap(at, "drips", DRIP);
            imap(at, "sends a line without end", LINE_WITHOUT_END);
            imap(at, "sends lines without end", LINES_WITHOUT_END);
            imap(at, "sends tags without end", TAGS_WITHOUT_END);
            imap(at, "announces 2 GB", HUGE_LITERAL);
            imap(at, "sends rubbish", RUBBISH);
        }
        imap("UID SEARCH", "tells millions of uids", UIDS_WITHOUT_END);
        imap("UID FETCH 7 (UID RFC822.SIZE", "sends bodies without end", BODIES_WITHOUT_END);
        imap("UID FETCH 7 (UID BODY", "sends bodies without end", BODIES_WITHOUT_END);
        imap("UID FETCH 7 (UID BODY", "announces a body of 2 GB", HUGE_BODY);
        imap("UID FETCH 7 (UID BODY", "stops within a body", BODY_THAT_STOPS);
        for (String at : List.of("greeting", "CAPA", "PASS", "UIDL", "LIST", "RETR")) {
            pop3(at, "hangs up", HANG_UP);
            pop3(at, "is silent", SILENCE);
            pop3(at, "drips", (command, line) -> line.drip("+OK 1\r\n"));
            pop3(at, "sends a line without end", (command, line) -> line.forEver("+OK x"));
            pop3(
                    at,
                    "sends lines without end",
                    (command, line) -> line.say("+OK\r\n").forEver("1 a\r\n"));
            pop3(at, "sends rubbish", (command, line) -> line.say("\0)(\r\n").forEver("-\r\n"));
        }
    }

    private static void imap(String at, String how, Answer answer) {
        IMAP.put("IMAP " + at + " " + how, at(HostileServer.imap(), at, answer));
    }

    private static void pop3(String at, String how, Answer answer) {
        POP3.put("POP3 " + at + " " + how, at(HostileServer.pop3(), at, answer));
    }

    private static HostileServer at(HostileServer server, String at, Answer answer) {
        return at.equals("greeting") ? server.greeting(answer) : server.on(at, answer);
    }

    static Set<String> imapServers() {
        return IMAP.keySet();
    }

    static Set<String> pop3Servers() {
        return POP3.keySet();
    }

    @ParameterizedTest
    @MethodSource("imapServers")
    void no_imap_server_keeps_a_thread_or_the_memory(String name) throws Exception {
        failsInWords(Provider.IMAP, IMAP.get(name));
    }

    @ParameterizedTest
    @MethodSource("pop3Servers")
    void no_pop3_server_keeps_a_thread_or_the_memory(String name) throws Exception {
        failsInWords(Provider.POP, POP3.get(name));
    }

    private void failsInWords(Provider provider, HostileServer server) throws Exception {
        try (server) {
            assertThatThrownBy(() -> readAll(opener, provider, server))
                    .isInstanceOfAny(MailStoreException.class, MessageGoneException.class)
                    .satisfies(e -> assertThat(e.getMessage())
                            .isNotBlank()
                            .hasSizeLessThan(200)
                            .doesNotContain("Exception", "EXISTS", "\0", "null"));
            assertThat(server.sent()).isLessThan(MUCH);
        }
    }

    private List<String> readAll(MailStore.Opener opener, Provider provider, HostileServer server) throws Exception {
        List<String> mails = new ArrayList<>();
        try (MailStore store = open(opener, provider, server)) {
            for (Found found : store.list(any -> false)) {
                store.fetch(found.locator(), source -> mails.add(content(source.open())));
            }
        }
        return mails;
    }

    /** As the spool does: up to a limit. */
    private static String content(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(3 * 1024 * 1024);
        return new String(bytes, 0, Math.min(bytes.length, 100), java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static MailStore open(MailStore.Opener opener, Provider provider, HostileServer server)
            throws MailStoreException {
        return opener.open(Mailboxes.of(provider, "127.0.0.1", server.port(), Security.NONE), Mailboxes.credentials());
    }

    /** The line to the folder of sent mail is one of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"greeting", "CAPABILITY", "LOGIN", "EXAMINE"})
    void nor_does_one_that_keeps_sent_mail(String at) throws Exception {
        try (HostileServer server = at(HostileServer.imap(), at, LINE_WITHOUT_END)) {
            assertThatThrownBy(() -> new ProtocolOpener(LoopbackSockets.open(), InboundTimeoutProperties.defaults())
                            .openSent(
                                    Mailboxes.of(Provider.IMAP, "127.0.0.1", server.port(), Security.NONE),
                                    "Sent",
                                    Mailboxes.credentials(),
                                    Duration.ofSeconds(10)))
                    .isInstanceOf(SentFolder.FailedException.class);
            assertThat(server.sent()).isLessThan(MUCH / 10);
        }
    }

    @Test
    void the_servers_are_well_behaved_unless_told() throws Exception {
        try (HostileServer imap = HostileServer.imap();
                HostileServer pop3 = HostileServer.pop3()) {
            assertThat(readAll(patient, Provider.IMAP, imap)).containsExactly("Subject: x\r\n\r\nx\r\n");
            assertThat(readAll(patient, Provider.POP, pop3)).containsExactly("Subject: x\r\n\r\nx\r\n");
        }
    }

    @Test
    void preauth_does_not_talk_anybody_out_of_tls() throws Exception {
        try (HostileServer server =
                HostileServer.imap().greeting((command, line) -> line.say("* PREAUTH come in\r\n"))) {
            assertThatThrownBy(() -> opener.open(
                            Mailboxes.of(Provider.IMAP, "127.0.0.1", server.port(), Security.STARTTLS),
                            Mailboxes.credentials()))
                    .isInstanceOf(MailStoreException.class);
            assertThat(server.heard()).noneMatch(command -> command.contains("LOGIN") || command.contains("s3cret"));
        }
    }

    @Test
    void lies_about_counts_and_sizes_change_nothing() throws Exception {
        try (HostileServer server = HostileServer.imap()
                .on(
                        "EXAMINE",
                        "* 100000 EXISTS\r\n* 9 RECENT\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT 1]\r\n%t OK [READ-ONLY]\r\n")
                .on("UID FETCH 7 (UID RFC822.SIZE", "* 1 FETCH (UID 7 RFC822.SIZE 2147483647)\r\n%t OK\r\n")) {
            assertThat(readAll(patient, Provider.IMAP, server)).containsExactly("Subject: x\r\n\r\nx\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2000001", "500000000", "2147483647", "99999999999999999999"})
    void more_messages_than_memory_has_room_for_are_refused(String exists) throws Exception {
        try (HostileServer server = HostileServer.imap()
                .on("EXAMINE", "* " + exists + " EXISTS\r\n* OK [UIDVALIDITY 1]\r\n%t OK [READ-ONLY]\r\n")) {
            assertThatThrownBy(() -> readAll(patient, Provider.IMAP, server)).isInstanceOf(MailStoreException.class);
        }
    }

    @Test
    void silence_after_done_is_noticed() throws Exception {
        try (HostileServer server = HostileServer.imap().on("DONE", SILENCE);
                MailStore store = open(opener, Provider.IMAP, server)) {
            assertThatThrownBy(() -> store.awaitNews(Duration.ofMillis(300))).isInstanceOf(MailStoreException.class);
        }
    }

    @Test
    void lines_without_end_while_waiting_are_cut() throws Exception {
        try (HostileServer server = HostileServer.imap()
                        .on("IDLE", (command, line) -> line.say("+ idling\r\n").forEver("* 0 RECENT\r\n"));
                MailStore store = open(patient, Provider.IMAP, server)) {
            assertThatThrownBy(() -> store.awaitNews(Duration.ofSeconds(5))).isInstanceOf(MailStoreException.class);
            assertThat(server.sent()).isLessThan(MUCH);
        }
    }
}
