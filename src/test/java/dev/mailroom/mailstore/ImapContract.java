package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.store.MailFolder;
import dev.mailroom.mailstore.MailStore.Disposition;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.ServerEndpoint.Security;
import jakarta.mail.Flags;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What IMAP has beyond POP3: folders, flags, news. */
abstract class ImapContract extends MailStoreContract {

    private MailFolder folder(String name) throws Exception {
        return server.getManagers().getImapHostManager().createMailbox(user, name);
    }

    @Test
    void tells_when_the_server_got_each_mail() throws Exception {
        deliver("one");

        try (MailStore store = open()) {
            assertThat(store.list(any -> false).get(0).internalDate()).isNotNull();
            assertThat(store.uidValidity()).isPositive();
        }
    }

    @Test
    void marks_as_seen_when_asked_and_only_then() throws Exception {
        deliver("one");
        deliver("two");

        try (MailStore store = open()) {
            Locator first = store.list(any -> false).get(0).locator();
            store.dispose(first, new Disposition.MarkSeen());
            store.dispose(first, new Disposition.MarkSeen());
        }

        assertThat(flags(0).contains(Flags.Flag.SEEN)).isTrue();
        assertThat(flags(1).contains(Flags.Flag.SEEN)).isFalse();
    }

    @Test
    void moves_once_however_often_it_is_asked() throws Exception {
        MailFolder done = folder("Done");
        deliver("one");
        deliver("two");

        try (MailStore store = open()) {
            Locator first = store.list(any -> false).get(0).locator();
            store.dispose(first, new Disposition.Move("Done"));
            store.dispose(first, new Disposition.Move("Done"));
        }

        assertThat(inInbox()).isEqualTo(1);
        assertThat(done.getMessageCount()).isEqualTo(1);
    }

    @Test
    void a_failed_move_never_becomes_a_delete() throws Exception {
        deliver("one");

        try (MailStore store = open()) {
            Locator first = store.list(any -> false).get(0).locator();

            assertThatThrownBy(() -> store.dispose(first, new Disposition.Move("Nowhere")))
                    .isInstanceOfSatisfying(
                            MailStoreException.class, e -> assertThat(e.code()).isEqualTo(Code.FOLDER_MISSING));
        }

        assertThat(inInbox()).isEqualTo(1);
        assertThat(flags(0).contains(Flags.Flag.DELETED)).isFalse();
    }

    @Test
    void what_others_marked_as_deleted_is_not_expunged() throws Exception {
        deliver("one");
        deliver("two");
        server.getManagers()
                .getImapHostManager()
                .getInbox(user)
                .getMessages()
                .get(1)
                .setFlag(Flags.Flag.DELETED, true);

        try (MailStore store = open()) {
            store.dispose(store.list(any -> false).get(0).locator(), new Disposition.Delete());
        }

        assertThat(inInbox()).isEqualTo(1);
    }

    @Test
    void under_another_uidvalidity_nothing_is_touched() throws Exception {
        deliver("one");

        try (MailStore store = open()) {
            Locator there = store.list(any -> false).get(0).locator();
            Locator before = new Locator(there.folder(), there.uidValidity() + 1, there.uid());

            store.dispose(before, new Disposition.Delete());
            assertThatThrownBy(() -> bytes(store, before)).isInstanceOf(MessageGoneException.class);
        }

        assertThat(inInbox()).isEqualTo(1);
    }

    @Test
    void a_folder_that_does_not_exist_is_said_to_be_missing() {
        var mailbox = Mailboxes.of(
                provider(),
                "127.0.0.1",
                port(),
                provider().isImplicitTls() ? Security.TLS : Security.NONE,
                "Nowhere",
                null);

        assertThatThrownBy(() -> opener.open(mailbox, Mailboxes.credentials()))
                .isInstanceOfSatisfying(
                        MailStoreException.class, e -> assertThat(e.code()).isEqualTo(Code.FOLDER_MISSING));
    }

    @Test
    void a_new_mail_ends_the_waiting() throws Exception {
        try (MailStore store = open()) {
            CompletableFuture<Boolean> news = waiting(store, Duration.ofMinutes(5));
            deliver("one");

            assertThat(news.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(store.list(any -> false)).hasSize(1);
        }
    }

    @Test
    void a_mail_that_came_before_the_waiting_ends_it_too() throws Exception {
        try (MailStore store = open()) {
            store.list(any -> false);
            deliver("one");

            assertThat(waiting(store, Duration.ofMinutes(5)).get(20, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void lists_on_after_messages_have_left_the_folder() throws Exception {
        deliver("one");
        deliver("two");
        try (MailStore store = open()) {
            store.dispose(store.list(any -> false).get(0).locator(), new Disposition.Delete());
            deliver("three");

            assertThat(store.list(any -> false)).hasSize(2);
        }
    }

    @Test
    void the_waiting_ends_in_time_and_the_line_works_on() throws Exception {
        deliver("one");
        try (MailStore store = open()) {
            assertThat(store.awaitNews(Duration.ofMillis(300))).isTrue();
            assertThat(store.awaitNews(Duration.ofMillis(300))).isTrue();
            assertThat(store.list(any -> false)).hasSize(1);
        }
    }

    @Test
    void another_thread_can_end_the_waiting() throws Exception {
        MailStore store = open();
        CompletableFuture<Boolean> news = waiting(store, Duration.ofMinutes(5));

        store.abort();

        assertThatThrownBy(() -> news.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(MailStoreException.class);
        store.close();
    }

    private static CompletableFuture<Boolean> waiting(MailStore store, Duration atMost) throws InterruptedException {
        CompletableFuture<Boolean> news = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            begun.countDown();
            try {
                news.complete(store.awaitNews(atMost));
            } catch (MailStoreException | RuntimeException e) {
                news.completeExceptionally(e);
            }
        });
        thread.start();
        begun.await();
        return news;
    }
}
