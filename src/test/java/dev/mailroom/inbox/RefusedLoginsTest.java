package dev.mailroom.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.inbox.MailboxLeases.Lease;
import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Mailbox.Authentication;
import dev.mailroom.testing.Mailboxes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No password is tried more than three times an hour, whoever tries it. */
class RefusedLoginsTest {

    private final InboxFixture f = new InboxFixture();
    private final List<Instant> tries = new ArrayList<>();
    private Code answer = Code.LOGIN_REFUSED;

    @BeforeEach
    void withPassword() {
        f.mailbox =
                Mailboxes.of(f.mailbox).authentication(Authentication.PASSWORD).build();
        f.registry.put(f.mailbox);
    }

    @Test
    void a_node_that_is_restarted_every_minute_tries_three_times_an_hour() {
        for (int minute = 0; minute < 180; minute++) {
            node().pollNow();
            f.clock.advance(Duration.ofMinutes(1));
        }

        assertThat(mostInAnHour()).isEqualTo(3);
        assertThat(tries).hasSizeGreaterThan(6);
    }

    @Test
    void two_nodes_that_take_the_mailbox_from_each_other_try_three_times_an_hour_together() {
        MailboxWatchers one = node();
        MailboxWatchers other = node();
        for (int minute = 0; minute < 180; minute++) {
            (minute / 2 % 2 == 0 ? one : other).pollNow();
            f.clock.advance(Duration.ofMinutes(1));
        }

        assertThat(mostInAnHour()).isEqualTo(3);
    }

    @Test
    void whoever_asks_for_it_again_and_again_gets_three_tries_an_hour() {
        MailboxWatchers node = node();
        for (int minute = 0; minute < 60; minute++) {
            node.readNow("support");
            node.pollNow();
            f.clock.advance(Duration.ofSeconds(30));
        }

        assertThat(tries).hasSize(3);
        assertThat(f.health.told).last().asString().startsWith("support LOGIN_REFUSED until");
    }

    @Test
    void a_changed_description_makes_a_new_watcher_and_no_new_tries() {
        MailboxWatchers node = node();
        for (int i = 0; i < 10; i++) {
            f.registry.put(Mailboxes.of(f.mailbox).process("process-" + i).build());
            node.pollNow();
            f.clock.advance(Duration.ofMinutes(1));
        }

        assertThat(tries).hasSize(3);
    }

    @Test
    void another_server_user_or_password_is_tried_at_once() {
        MailboxWatchers node = node();
        for (int i = 0; i < 5; i++) {
            node.readNow("support");
            node.pollNow();
        }
        assertThat(tries).hasSize(3);

        answer = null;
        f.registry.put(Mailboxes.of(f.mailbox)
                .server(new ServerEndpoint("other.example", 993, Security.TLS))
                .build());
        node.pollNow();

        assertThat(tries).hasSize(4);
        assertThat(f.health.told).contains("support OK");
    }

    @Test
    void a_server_that_is_away_uses_up_no_tries() {
        answer = Code.NO_ANSWER;
        MailboxWatchers node = node();
        for (int i = 0; i < 60; i++) {
            node.pollNow();
            f.clock.advance(Duration.ofMinutes(5));
        }

        assertThat(tries).hasSizeGreaterThan(50);
    }

    private long mostInAnHour() {
        return tries.stream()
                .mapToLong(from -> tries.stream()
                        .filter(at -> !at.isBefore(from) && at.isBefore(from.plus(Duration.ofHours(1))))
                        .count())
                .max()
                .orElse(0);
    }

    private MailboxWatchers node() {
        return new MailboxWatchers(
                new AlwaysMine(),
                f.registry,
                (mailbox, until) -> new MailboxWatcher(
                        mailbox,
                        f.newTurn(),
                        this::open,
                        f.registry,
                        f.health,
                        f.logins,
                        f.clock,
                        until.plus(Duration.ofHours(1))),
                f.wishes,
                f.clock,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    private MailStore open(Object mailbox, Object credentials) throws MailStoreException {
        tries.add(f.clock.instant());
        if (answer != null) {
            throw new MailStoreException(answer, "Refused", new IOException("x"));
        }
        return f.server;
    }

    private static final class AlwaysMine implements MailboxLeases {
        @Override
        public Share acquire(Collection<Lease> held, Duration lease) {
            return new Share(held.isEmpty() ? List.of(new Lease("support", "t", "me")) : List.of(), List.of());
        }

        @Override
        public Set<String> extend(Collection<Lease> leases, Duration lease) {
            return Set.of();
        }

        @Override
        public void release(Lease lease) {}
    }
}
