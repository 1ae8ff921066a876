package dev.mailroom.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailstore.MailStore;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.testing.Mailboxes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private final InboxFixture f = new InboxFixture();

    @Test
    void so_many_are_polled_at_a_time() {
        Places places = new Places(2, 10, 10, f.clock);
        MailboxWatcher first = on("a");

        assertThat(places.takePoll(first)).isTrue();
        assertThat(places.takePoll(on("b"))).isTrue();
        assertThat(places.takePoll(on("c"))).isFalse();
        places.free(first);
        assertThat(places.takePoll(on("c"))).isTrue();
    }

    @Test
    void lines_to_one_server_are_limited_and_those_that_stay_leave_some_for_polling() {
        Places places = new Places(10, 10, 4, f.clock);

        assertThat(places.takePush(on("a"))).isTrue();
        assertThat(places.takePush(on("A"))).isTrue();
        assertThat(places.takePush(on("a"))).isTrue();
        assertThat(places.takePush(on("a"))).isFalse();
        assertThat(places.takePush(on("b"))).isTrue();
        assertThat(places.takePoll(on("a"))).isTrue();
        assertThat(places.takePoll(on("a"))).isFalse();
        assertThat(places.takePoll(on("b"))).isTrue();
    }

    @Test
    void where_only_one_line_is_allowed_nobody_keeps_it() {
        Places places = new Places(10, 10, 1, f.clock);

        assertThat(places.takePush(on("a"))).isFalse();
        assertThat(places.takePoll(on("a"))).isTrue();
    }

    @Test
    void those_that_turn_out_to_be_slow_give_way_to_the_others_and_are_few_the_next_time() throws Exception {
        Places places = new Places(2, 0, 10, f.clock);
        try (Hanging server = new Hanging()) {
            MailboxWatcher one = server.watcher("slow1");
            MailboxWatcher other = server.watcher("slow2");
            assertThat(places.takePoll(one)).isTrue();
            assertThat(places.takePoll(other)).isTrue();
            assertThat(places.takePoll(on("quick"))).isFalse();

            f.clock.advance(Duration.ofSeconds(21));

            assertThat(places.takePoll(on("quick"))).isTrue();
            server.end();
            places.free(one);
            places.free(other);
            assertThat(one.isSlow()).isTrue();
            assertThat(places.takePoll(one)).isTrue();
            assertThat(places.takePoll(other)).isFalse();
        }
    }

    @Test
    void a_turn_that_never_ends_is_cut_and_counts_as_a_failure() throws Exception {
        try (Hanging server = new Hanging()) {
            MailboxWatcher watcher = server.watcher("drips");
            watcher.cutIfBusyLongerThan(Duration.ofMinutes(15));
            assertThat(server.isCut()).isFalse();

            f.clock.advance(Duration.ofMinutes(16));
            watcher.cutIfBusyLongerThan(Duration.ofMinutes(15));

            assertThat(server.isCut()).isTrue();
            server.end();
            assertThat(f.health.told).anyMatch(told -> told.startsWith("support NO_ANSWER"));
        }
    }

    private MailboxWatcher on(String host) {
        return watcher(host, (mailbox, credentials) -> f.server);
    }

    private MailboxWatcher watcher(String host, MailStore.Opener opener) {
        return new MailboxWatcher(
                Mailboxes.of(f.mailbox)
                        .server(new ServerEndpoint(host, 143, Security.NONE))
                        .build(),
                f.newTurn(),
                opener,
                f.registry,
                f.health,
                f.logins,
                f.clock,
                f.clock.instant().plus(Duration.ofDays(1)));
    }

    /** A server that does not come to the end of its list until its line is cut. */
    private final class Hanging implements AutoCloseable {
        private final CountDownLatch cut = new CountDownLatch(1);
        private final java.util.List<Thread> threads = new java.util.ArrayList<>();

        MailboxWatcher watcher(String host) throws InterruptedException {
            CountDownLatch begun = new CountDownLatch(1);
            MailboxWatcher watcher =
                    PlacesTest.this.watcher(host, (mailbox, credentials) -> FakeMailStore.hangingUntil(cut, begun));
            Thread thread = new Thread(() -> {
                if (watcher.tryStart()) {
                    watcher.poll();
                }
            });
            threads.add(thread);
            thread.start();
            begun.await();
            return watcher;
        }

        boolean isCut() {
            return cut.getCount() == 0;
        }

        void end() throws InterruptedException {
            cut.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }

        @Override
        public void close() throws InterruptedException {
            end();
        }
    }
}
