package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.network.LoopbackSockets;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.Provider;
import dev.mailroom.registry.SentFolder;
import jakarta.mail.Flags;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImapSentFolderIT extends SentFolderContract {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SentFolder.Opener opener =
            new ProtocolOpener(LoopbackSockets.open(), InboundTimeoutProperties.defaults())::openSent;
    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
    private GreenMailUser user;
    private MailFolder sent;

    @BeforeEach
    void start() throws Exception {
        server.start();
        user = server.setUser(Mailboxes.USER, Mailboxes.USER, "s3cret");
        sent = server.getManagers().getImapHostManager().createMailbox(user, "Sent");
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private InputMailbox account() {
        return Mailboxes.of(Provider.IMAP, "127.0.0.1", server.getImap().getPort(), Security.NONE);
    }

    private SentFolder open(String folder, Credentials credentials) throws Exception {
        return opener.open(account(), folder, credentials, LIMIT);
    }

    @Override
    protected SentFolder open() throws Exception {
        return open("Sent", Mailboxes.credentials());
    }

    @Override
    protected List<String> inFolder() throws Exception {
        List<String> found = new ArrayList<>();
        for (StoredMessage message : sent.getMessages()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.getMimeMessage().writeTo(bytes);
            found.add(bytes.toString(StandardCharsets.US_ASCII));
        }
        return found;
    }

    @Test
    void a_copy_is_marked_as_seen_and_looking_marks_nothing() throws Exception {
        byte[] raw = raw(ID, 1).getBytes(StandardCharsets.US_ASCII);
        try (SentFolder folder = open()) {
            folder.append(() -> new ByteArrayInputStream(raw), raw.length);
        }
        assertThat(sent.getMessages().get(0).getFlags().contains(Flags.Flag.SEEN))
                .isTrue();

        sent.getMessages().get(0).setFlag(Flags.Flag.SEEN, false);
        try (SentFolder folder = open()) {
            assertThat(folder.has(ID)).isTrue();
        }
        assertThat(sent.getMessages().get(0).getFlags().contains(Flags.Flag.SEEN))
                .isFalse();
    }

    @Test
    void a_folder_with_letters_beyond_ascii_is_found_and_filled() throws Exception {
        server.getManagers().getImapHostManager().createMailbox(user, "Gesendet f\u00fcr Ana");
        byte[] raw = raw(ID, 1).getBytes(StandardCharsets.US_ASCII);

        try (SentFolder folder = open("Gesendet f\u00fcr Ana", Mailboxes.credentials())) {
            folder.append(() -> new ByteArrayInputStream(raw), raw.length);
            assertThat(folder.has(ID)).isTrue();
        }
    }

    @Test
    void a_missing_folder_and_a_wrong_password_are_told_in_words() {
        assertThatThrownBy(() -> open("Snet", Mailboxes.credentials()))
                .isInstanceOf(SentFolder.FailedException.class)
                .hasMessage("The folder does not exist on the server");
        assertThatThrownBy(() -> open("Sent", Mailboxes.password("wrong")))
                .isInstanceOf(SentFolder.FailedException.class)
                .hasMessageStartingWith("User name or password refused");
    }

    @Test
    void a_source_that_breaks_leaves_no_half_message() throws Exception {
        SentFolder folder = open();
        assertThatThrownBy(() -> folder.append(
                        () -> {
                            throw new IOException("the store is gone");
                        },
                        1000))
                .isInstanceOf(SentFolder.FailedException.class);
        folder.close();

        assertThat(inFolder()).isEmpty();
    }

    @Test
    void a_server_without_an_answer_is_left_within_the_time_outs() throws Exception {
        Duration brief = Duration.ofMillis(300);
        SentFolder.Opener hasty = new ProtocolOpener(
                        LoopbackSockets.open(),
                        new InboundTimeoutProperties(brief, brief, brief, brief, Duration.ofMinutes(1)))::openSent;
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            InputMailbox account = Mailboxes.of(Provider.IMAP, "127.0.0.1", silent.getLocalPort(), Security.NONE);

            assertThatThrownBy(() -> hasty.open(account, "Sent", Mailboxes.credentials(), LIMIT))
                    .isInstanceOf(SentFolder.FailedException.class);
        }
    }
}
