package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.mailstore.MailStore.Disposition;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.LoopbackSockets;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.InputMailbox.Provider;
import jakarta.mail.Flags;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Moving and deleting on IMAP servers that lack MOVE (RFC 6851) or UIDPLUS (RFC 4315), and on lines that break. */
class PoorerServerIT {

    private static final Disposition MOVE = new Disposition.Move("Done");

    private final MailStore.Opener opener =
            new ProtocolOpener(LoopbackSockets.open(), InboundTimeoutProperties.defaults());
    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
    private GreenMailUser user;
    private MailFolder inbox;
    private MailFolder done;
    private PoorerServer poorer;

    @BeforeEach
    void two_mails_and_one_that_somebody_else_has_marked_as_deleted() throws Exception {
        server.start();
        user = server.setUser(Mailboxes.USER, Mailboxes.USER, "s3cret");
        var folders = server.getManagers().getImapHostManager();
        done = folders.createMailbox(user, "Done");
        inbox = folders.getInbox(user);
        for (String subject : List.of("one", "marked")) {
            String raw = "From: ana@acme.example\r\nSubject: " + subject + "\r\n\r\nx\r\n";
            user.deliver(new MimeMessage(
                    Session.getInstance(new Properties()),
                    new ByteArrayInputStream(raw.getBytes(StandardCharsets.US_ASCII))));
        }
        inbox.getMessages().get(1).setFlag(Flags.Flag.DELETED, true);
    }

    @AfterEach
    void stop() throws Exception {
        poorer.close();
        server.stop();
    }

    @Test
    void without_move_a_message_is_copied_and_then_it_alone_is_expunged() throws Exception {
        poorer = new PoorerServer(server.getImap().getPort(), "MOVE");

        dispose(MOVE);
        dispose(MOVE);

        assertThat(done.getMessageCount()).isEqualTo(1);
        assertThat(inbox.getMessageCount()).as("the one that others marked").isEqualTo(1);
        assertThat(poorer.commands).noneMatch(command -> command.startsWith("UID MOVE"));
    }

    @Test
    void without_uidplus_it_stays_marked_and_nothing_is_expunged() throws Exception {
        poorer = new PoorerServer(server.getImap().getPort(), "MOVE", "UIDPLUS");

        dispose(MOVE);
        dispose(MOVE);

        assertThat(done.getMessageCount()).as("once").isEqualTo(1);
        assertThat(inbox.getMessageCount()).isEqualTo(2);
        assertThat(inbox.getMessages().get(0).isSet(Flags.Flag.DELETED)).isTrue();
        nothingWasExpunged();
    }

    @Test
    void without_uidplus_a_delete_marks_and_expunges_nothing() throws Exception {
        poorer = new PoorerServer(server.getImap().getPort(), "UIDPLUS");

        dispose(new Disposition.Delete());

        assertThat(inbox.getMessageCount()).isEqualTo(2);
        nothingWasExpunged();
    }

    @Test
    void a_copy_that_is_refused_never_becomes_a_delete() throws Exception {
        poorer = new PoorerServer(server.getImap().getPort(), "MOVE");

        assertThatThrownBy(() -> dispose(new Disposition.Move("Nowhere")))
                .isInstanceOfSatisfying(
                        MailStoreException.class, e -> assertThat(e.code()).isEqualTo(Code.FOLDER_MISSING));

        assertThat(inbox.getMessages().get(0).isSet(Flags.Flag.DELETED)).isFalse();
        assertThat(inbox.getMessageCount()).isEqualTo(2);
    }

    @Test
    void a_line_that_breaks_after_the_copy_costs_a_second_copy_and_never_the_mail() throws Exception {
        poorer = new PoorerServer(server.getImap().getPort(), "MOVE");
        poorer.breakAfter("UID COPY");

        assertThatThrownBy(() -> dispose(MOVE)).isInstanceOf(MailStoreException.class);
        assertThat(inbox.getMessages().get(0).isSet(Flags.Flag.DELETED)).isFalse();
        dispose(MOVE);
        dispose(MOVE);

        assertThat(done.getMessageCount()).isEqualTo(2);
        assertThat(inbox.getMessageCount()).isEqualTo(1);
    }

    @Test
    void a_line_that_breaks_between_mark_and_expunge_costs_no_second_copy() throws Exception {
        poorer = new PoorerServer(server.getImap().getPort(), "MOVE");
        poorer.breakAfter("UID STORE");

        assertThatThrownBy(() -> dispose(MOVE)).isInstanceOf(MailStoreException.class);
        dispose(MOVE);

        assertThat(done.getMessageCount()).isEqualTo(1);
        assertThat(inbox.getMessageCount()).isEqualTo(1);
    }

    @Test
    void a_line_that_breaks_after_the_move_moves_once() throws Exception {
        poorer = new PoorerServer(server.getImap().getPort());
        poorer.breakAfter("UID MOVE");

        assertThatThrownBy(() -> dispose(MOVE)).isInstanceOf(MailStoreException.class);
        dispose(MOVE);

        assertThat(done.getMessageCount()).isEqualTo(1);
        assertThat(inbox.getMessageCount()).isEqualTo(1);
    }

    /** CLOSE expunges, too (RFC 9051 6.4.1), unless the folder was opened with EXAMINE just before. */
    private void nothingWasExpunged() {
        String before = "";
        for (String command : poorer.commands) {
            assertThat(command).doesNotContain("EXPUNGE");
            assertThat(command.startsWith("CLOSE") && !before.startsWith("EXAMINE"))
                    .as(before + ", " + command)
                    .isFalse();
            before = command;
        }
    }

    /** On a line of its own, as after a restart. */
    private void dispose(Disposition disposition) throws MailStoreException {
        var mailbox = Mailboxes.of(Provider.IMAP, "127.0.0.1", poorer.port(), Security.NONE);
        try (MailStore store = opener.open(mailbox, Mailboxes.credentials())) {
            store.dispose(new Locator("INBOX", store.uidValidity(), "1"), disposition);
        }
    }
}
