package dev.mailroom.inbox;

import static dev.mailroom.inbox.InboxFixture.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.inbox.MailboxLeases.Lease;
import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.testing.Mailboxes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MailboxWatchersTest {

    private final InboxFixture f = new InboxFixture();
    private final Leases leases = new Leases();
    private @Nullable Code openFails;
    private volatile int opened;
    private Runnable whileOpening = () -> {};

    private final MailboxWatchers watchers = node(leases);

    private MailboxWatchers node(MailboxLeases itsLeases) {
        return new MailboxWatchers(
                itsLeases,
                f.registry,
                (mailbox, until) -> new MailboxWatcher(
                        mailbox, f.newTurn(), this::open, f.registry, f.health, f.logins, f.clock, until),
                f.wishes,
                f.clock,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    private MailStore open(Object mailbox, Object credentials) throws MailStoreException {
        opened++;
        whileOpening.run();
        if (openFails != null) {
            throw new MailStoreException(openFails, "User name or password refused", new IOException("x"));
        }
        return f.server;
    }

    @Test
    void a_leased_mailbox_is_read_when_it_is_due() {
        f.server.add(mail("one"));

        watchers.pollNow();
        watchers.pollNow();

        assertThat(f.gateway.instances()).isEqualTo(1);
        assertThat(opened).isEqualTo(1);
        assertThat(f.health.told).contains("support OK");
    }

    @Test
    void a_mailbox_without_a_lease_is_not_read() {
        leases.free.clear();

        watchers.pollNow();

        assertThat(opened).isZero();
    }

    @Test
    void a_lost_lease_ends_the_reading() {
        watchers.pollNow();
        leases.lost.add("support");
        f.clock.advance(Duration.ofMinutes(5));

        watchers.pollNow();

        assertThat(opened).isEqualTo(1);
    }

    @Test
    void a_disabled_mailbox_is_not_read_and_an_enabled_one_is_again() {
        f.registry.put(Mailboxes.of(f.mailbox).enabled(false).build());
        watchers.pollNow();
        assertThat(opened).isZero();

        f.registry.put(f.mailbox);
        watchers.pollNow();

        assertThat(opened).isEqualTo(1);
    }

    @Test
    void a_change_is_followed_at_once() {
        watchers.pollNow();

        f.registry.put(Mailboxes.of(f.mailbox).process("other").build());
        watchers.pollNow();

        assertThat(opened).isEqualTo(2);
    }

    @Test
    void a_failure_is_told_with_the_time_of_the_next_try_and_reading_now_does_not_wait_for_it() {
        openFails = Code.LOGIN_REFUSED;
        watchers.pollNow();
        watchers.pollNow();
        assertThat(opened).isEqualTo(1);
        assertThat(f.health.told).containsExactly("support LOGIN_REFUSED until 2026-11-22T09:17:31Z");

        openFails = null;
        assertThat(watchers.readNow("Support")).isTrue();
        watchers.pollNow();

        assertThat(f.health.told).contains("support OK");
    }

    @Test
    void a_node_that_is_asked_for_the_mailbox_of_another_one_has_it_read_there_once() {
        Leases nothing = new Leases();
        nothing.free.clear();
        MailboxWatchers other = node(nothing);
        watchers.pollNow();
        other.pollNow();
        assertThat(opened).isEqualTo(1);

        assertThat(other.readNow("Support")).isFalse();
        assertThat(other.readNow("support")).isFalse();
        other.pollNow();
        assertThat(opened).isEqualTo(1);
        watchers.pollNow();
        assertThat(opened).isEqualTo(2);

        watchers.pollNow();
        assertThat(opened).isEqualTo(2);
    }

    @Test
    void how_old_the_oldest_mail_is_that_was_left_on_the_server_is_told_with_each_change() {
        for (int i = 0; i < 2 * MailboxTurn.MOST_MAILS + 1; i++) {
            f.server.add(mail("mail-" + i), f.clock.instant().plusSeconds(i));
        }

        watchers.pollNow();
        watchers.pollNow();
        watchers.pollNow();

        assertThat(f.health.unread)
                .containsExactly("support 2026-11-22T09:15:51Z", "support 2026-11-22T09:19:11Z", "support null");
        f.clock.advance(Duration.ofHours(1));
        watchers.pollNow();
        assertThat(f.health.unread).hasSize(3);
    }

    @Test
    void mail_that_is_known_to_lie_there_is_told_when_its_server_fails_and_not_forgotten_by_one_who_never_saw_it() {
        openFails = Code.CONNECT_REFUSED;
        f.server.add(mail("one"), f.clock.instant());
        watchers.pollNow();
        assertThat(f.health.unread).as("nobody has looked").isEmpty();

        openFails = null;
        f.server.unfetchable.add("1");
        watchers.readNow("support");
        watchers.pollNow();

        assertThat(f.health.unread).containsExactly("support 2026-11-22T09:12:31Z");
    }

    @Test
    void a_server_that_is_away_is_unreachable_in_whatever_way_it_is() {
        openFails = Code.CONNECT_REFUSED;
        watchers.pollNow();
        f.clock.advance(Duration.ofMinutes(5));
        openFails = Code.CONNECT_TIMEOUT;
        watchers.pollNow();
        f.clock.advance(Duration.ofMinutes(5));
        openFails = Code.UNKNOWN_HOST;
        watchers.pollNow();

        assertThat(f.health.told)
                .extracting(told -> told.split(" ")[1])
                .containsExactly("SERVER_UNREACHABLE", "SERVER_UNREACHABLE", "UNKNOWN_HOST");
    }

    @Test
    void a_surplus_mailbox_is_stopped_and_then_handed_back() {
        watchers.pollNow();
        leases.surplus = true;

        f.clock.advance(Duration.ofMinutes(5));
        watchers.pollNow();

        assertThat(opened).isEqualTo(1);
        assertThat(leases.released).containsExactly("support");
    }

    @Test
    void a_node_that_stops_while_it_reads_hands_its_leases_back() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        whileOpening = () -> {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        WatcherThreads threads = new WatcherThreads(watchers, f.processor, f.settings, new Places(1, 1, 20, f.clock));
        threads.start();
        await().until(() -> opened == 1);

        Thread stopping = new Thread(threads::stop);
        stopping.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> !threads.isRunning());
        goOn.countDown();
        stopping.join();

        assertThat(leases.released).containsExactly("support");
    }

    private static final class Leases implements MailboxLeases {
        private final Set<String> free = new HashSet<>(Set.of("support"));
        private final Set<String> lost = new HashSet<>();
        private final List<String> released = new ArrayList<>();
        private boolean surplus;

        @Override
        public Share acquire(Collection<Lease> held, Duration lease) {
            if (surplus) {
                return new Share(List.of(), List.copyOf(held));
            }
            List<Lease> gained =
                    free.stream().map(key -> new Lease(key, "t-" + key, "me")).toList();
            free.clear();
            return new Share(gained, List.of());
        }

        @Override
        public Set<String> extend(Collection<Lease> leases, Duration lease) {
            return Set.copyOf(lost);
        }

        @Override
        public void release(Lease lease) {
            released.add(lease.mailboxKey());
        }
    }
}
