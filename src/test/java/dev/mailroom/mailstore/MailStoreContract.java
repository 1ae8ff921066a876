package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.mailstore.MailStore.Disposition;
import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.LoopbackSockets;
import dev.mailroom.network.MailSockets;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.Provider;
import dev.mailroom.testing.SmallMessagesContract;
import jakarta.mail.Flags;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link MailStore} does, tried against a server that speaks the protocol. */
abstract class MailStoreContract extends SmallMessagesContract {

    protected static final MailSockets SOCKETS = LoopbackSockets.open();

    protected final MailStore.Opener opener = new ProtocolOpener(SOCKETS, InboundTimeoutProperties.defaults());
    protected GreenMail server;
    protected GreenMailUser user;

    @TempDir
    static Path certificates;

    abstract Provider provider();

    @BeforeEach
    void startServer() throws IOException {
        Path keys = certificates.resolve("localhost.p12");
        if (!Files.exists(keys)) {
            Files.copy(MailStoreContract.class.getResourceAsStream("/tls/localhost.p12"), keys);
        }
        System.setProperty("greenmail.tls.keystore.file", keys.toString());
        System.setProperty("greenmail.tls.keystore.password", "changeit");
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", protocol()));
        server.start();
        user = server.setUser(Mailboxes.USER, Mailboxes.USER, "s3cret");
    }

    @AfterEach
    void stopServer() {
        server.stop();
    }

    private String protocol() {
        return switch (provider()) {
            case IMAP -> ServerSetup.PROTOCOL_IMAP;
            case IMAPS -> ServerSetup.PROTOCOL_IMAPS;
            case POP -> ServerSetup.PROTOCOL_POP3;
            case POPS -> ServerSetup.PROTOCOL_POP3S;
        };
    }

    protected int port() {
        return switch (provider()) {
            case IMAP -> server.getImap().getPort();
            case IMAPS -> server.getImaps().getPort();
            case POP -> server.getPop3().getPort();
            case POPS -> server.getPop3s().getPort();
        };
    }

    protected InputMailbox mailbox() {
        return Mailboxes.of(provider(), "127.0.0.1", port(), provider().isImplicitTls() ? Security.TLS : Security.NONE);
    }

    @Override
    protected MailStore open() throws MailStoreException {
        return opener.open(mailbox(), Mailboxes.credentials());
    }

    @Override
    protected String deliver(String text) throws Exception {
        String raw = "From: ana@acme.example\r\nTo: support@acme.example\r\nSubject: " + text.length()
                + "\r\nMessage-ID: <" + text.hashCode() + "@acme.example>\r\n\r\n" + text + "\r\n";
        user.deliver(new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(raw.getBytes(StandardCharsets.US_ASCII))));
        return raw;
    }

    protected Flags flags(int index) throws Exception {
        return server.getManagers()
                .getImapHostManager()
                .getInbox(user)
                .getMessages()
                .get(index)
                .getFlags();
    }

    @Override
    protected int inInbox() throws Exception {
        return server.getManagers().getImapHostManager().getInbox(user).getMessageCount();
    }

    protected static byte[] bytes(MailStore store, Locator locator) throws Exception {
        List<byte[]> read = new ArrayList<>();
        store.fetch(locator, source -> {
            try (var in = source.open()) {
                read.add(in.readAllBytes());
            }
        });
        return read.get(0);
    }

    @Test
    void lists_what_lies_there_oldest_first_with_sizes() throws Exception {
        String first = deliver("one");
        deliver("the second");

        try (MailStore store = open()) {
            List<Found> found = store.list(any -> false);

            assertThat(found).hasSize(2);
            assertThat(bytes(store, found.get(0).locator())).asString().isEqualTo(first);
            assertThat(found.get(0).size()).isPositive();
            assertThat(found.get(0).locator().uidValidity()).isEqualTo(store.uidValidity());
        }
    }

    @Test
    void tells_only_what_is_not_known() throws Exception {
        deliver("one");
        deliver("two");

        try (MailStore store = open()) {
            Locator known = store.list(any -> false).get(0).locator();

            assertThat(store.list(known::equals))
                    .hasSize(1)
                    .extracting(Found::locator)
                    .doesNotContain(known);
        }
    }

    @Test
    void locators_stay_the_same_from_line_to_line() throws Exception {
        deliver("one");
        List<Found> before;
        try (MailStore store = open()) {
            before = store.list(any -> false);
        }

        try (MailStore store = open()) {
            assertThat(store.list(any -> false)).isEqualTo(before);
        }
    }

    @Test
    void reading_leaves_no_trace() throws Exception {
        deliver("one");

        try (MailStore store = open()) {
            bytes(store, store.list(any -> false).get(0).locator());
        }

        // GreenMail's POP3 marks what was retrieved; POP3 itself knows no such mark.
        assertThat(flags(0).contains(Flags.Flag.SEEN)).isEqualTo(provider().isPop());
        assertThat(inInbox()).isEqualTo(1);
    }

    @Test
    void the_header_can_be_had_by_itself_and_the_line_works_on() throws Exception {
        String raw = deliver("one");

        try (MailStore store = open()) {
            Locator first = store.list(any -> false).get(0).locator();
            List<String> head = new ArrayList<>();
            store.fetchHead(first, source -> {
                try (var in = source.open()) {
                    head.add(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
                }
            });

            assertThat(head.get(0)).startsWith(raw.substring(0, raw.indexOf("\r\n\r\n")));
            assertThat(bytes(store, first)).asString().isEqualTo(raw);
        }
    }

    @Test
    void large_messages_arrive_byte_for_byte() throws Exception {
        StringBuilder text = new StringBuilder();
        Random random = new Random(7);
        while (text.length() < 3_000_000) {
            text.append(".".repeat(random.nextInt(4)))
                    .append(Long.toString(random.nextLong(), 36))
                    .append("\r\n");
        }
        text.append("* 1 FETCH {999999999}\r\n");
        String raw = deliver(text.toString());

        try (MailStore store = open()) {
            byte[] read = bytes(store, store.list(any -> false).get(0).locator());

            assertThat(new String(read, StandardCharsets.US_ASCII).stripTrailing())
                    .isEqualTo(raw.stripTrailing());
        }
    }

    @Test
    void a_consumer_that_fails_gets_its_own_exception_back() throws Exception {
        deliver("one");

        try (MailStore store = open()) {
            Locator locator = store.list(any -> false).get(0).locator();

            assertThatThrownBy(() -> store.fetch(locator, source -> {
                        throw new IOException("disk full");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk full");
        }
    }

    @Test
    void a_message_that_is_gone_is_no_trouble_of_the_mailbox() throws Exception {
        deliver("one");

        try (MailStore store = open()) {
            Locator there = store.list(any -> false).get(0).locator();
            Locator gone = new Locator(there.folder(), there.uidValidity(), "4711");

            assertThatThrownBy(() -> bytes(store, gone)).isInstanceOf(MessageGoneException.class);
            store.dispose(gone, new Disposition.Delete());
            assertThat(bytes(store, there)).isNotEmpty();
        }
        assertThat(inInbox()).isEqualTo(1);
    }

    @Test
    void deletes_exactly_the_message_named_and_may_be_asked_again() throws Exception {
        deliver("one");
        deliver("two");

        try (MailStore store = open()) {
            Locator first = store.list(any -> false).get(0).locator();
            store.dispose(first, new Disposition.Delete());
            store.dispose(first, new Disposition.Delete());
        }

        assertThat(inInbox()).isEqualTo(1);
        try (MailStore store = open()) {
            assertThat(bytes(store, store.list(any -> false).get(0).locator()))
                    .asString()
                    .contains("two");
        }
    }

    @Test
    void a_wrong_password_is_said_to_be_one() {
        assertThatThrownBy(() -> opener.open(mailbox(), Mailboxes.password("wrong")))
                .isInstanceOfSatisfying(
                        MailStoreException.class, e -> assertThat(e.code()).isEqualTo(Code.LOGIN_REFUSED))
                .hasMessageNotContaining("wrong ")
                .hasMessageNotContaining(Mailboxes.USER);
    }

    @Test
    void a_line_that_is_cut_is_told_and_can_be_closed() throws Exception {
        deliver("one");
        MailStore store = open();
        Locator locator = store.list(any -> false).get(0).locator();

        store.abort();

        assertThatThrownBy(() -> bytes(store, locator))
                .isInstanceOfSatisfying(
                        MailStoreException.class, e -> assertThat(e.code()).isEqualTo(Code.NO_ANSWER));
        store.close();
    }

    @Test
    void an_empty_mailbox_has_nothing_to_list() throws Exception {
        try (MailStore store = open()) {
            assertThat(store.list(any -> false)).isEmpty();
            assertThat(store.awaitNews(Duration.ofMillis(1)))
                    .isEqualTo(!provider().isPop());
        }
    }
}
