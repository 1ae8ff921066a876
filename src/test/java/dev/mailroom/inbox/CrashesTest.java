package dev.mailroom.inbox;

import static dev.mailroom.inbox.InboxFixture.LEASE;
import static dev.mailroom.inbox.InboxFixture.mail;
import static dev.mailroom.journal.MailState.QUARANTINED;
import static dev.mailroom.journal.MailState.RECEIVED;
import static dev.mailroom.journal.MailState.STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.access.Caller;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.message.MailId;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** A node that dies over a mail, told apart from one that says that it failed. */
class CrashesTest {

    private static final Caller MARY = Caller.user("mary", Set.of());

    private final InboxFixture f = new InboxFixture();

    @Test
    void a_mail_that_ended_two_lives_of_a_node_goes_to_quarantine() throws Exception {
        MailId id = received("one");

        f.anotherLife().claim(id, LEASE, false);
        f.clock.advance(LEASE);
        f.anotherLife().claim(id, LEASE, true);
        f.clock.advance(LEASE);
        f.processor.processDue(10);

        JournalEntry poison = f.only();
        assertThat(poison.state()).isEqualTo(QUARANTINED);
        assertThat(poison.progress().reason())
                .isEqualTo(new JournalEntry.Reason(
                        "CRASHED",
                        "Reading it was begun twice and never ended: the server stopped over it, or was stopped"));
        assertThat(f.gateway.instances()).isZero();
    }

    @Test
    void a_mail_over_which_one_node_died_is_tried_once_more_and_may_still_fail_three_times() throws Exception {
        MailId id = received("one");
        f.anotherLife().claim(id, LEASE, false);
        f.clock.advance(LEASE);
        f.gateway.failuresAfterStart = 2;

        f.processor.processDue(10);
        later();
        assertThat(f.only().state()).isEqualTo(RECEIVED);
        later();

        assertThat(f.only().state()).isEqualTo(STARTED);
    }

    @Test
    void reported_failures_are_no_crashes() throws Exception {
        MailId id = received("one");
        f.gateway.failuresAfterStart = 3;

        f.processor.process(id);
        later();
        later();

        assertThat(f.only().progress().reason().code()).isEqualTo("FAILED");
    }

    @Test
    void a_mail_that_may_have_killed_a_node_waits_for_the_others() throws Exception {
        MailId suspect = received("one");
        f.anotherLife().claim(suspect, LEASE, false);
        f.clock.advance(LEASE);
        received("two");
        List<Long> instances = new ArrayList<>();
        f.whileReading = () -> instances.add(f.gateway.instances());

        f.processor.process(suspect);
        assertThat(instances)
                .as("new mail is decided here, not what was left behind")
                .isEmpty();
        f.processor.processDue(10);

        assertThat(instances).containsExactly(0L, 1L);
        assertThat(f.gateway.instances()).isEqualTo(2);
    }

    @Test
    void a_node_that_lives_keeps_the_mails_it_has_in_hand() throws Exception {
        MailId id = received("one");
        f.whileReading = () -> {
            f.clock.advance(LEASE.minusSeconds(1));
            f.processor.keepClaims();
            f.clock.advance(LEASE.minusSeconds(1));
            assertThat(f.anotherLife().claim(id, LEASE, true)).isEmpty();
        };

        f.processor.process(id);

        assertThat(f.only().state()).isEqualTo(STARTED);
    }

    @Test
    void a_node_that_lost_a_mail_to_another_does_not_start_it_too() throws Exception {
        MailId id = received("one");
        f.whileReading = () -> {
            f.whileReading = () -> {};
            f.clock.advance(LEASE);
            assertThat(f.anotherLife().claim(id, LEASE, true)).isPresent();
        };

        f.processor.process(id);

        assertThat(f.gateway.instances()).isZero();
        assertThat(f.only().state()).isEqualTo(RECEIVED);
    }

    @Test
    void a_node_that_was_frozen_right_after_its_claim_does_not_take_what_another_has_decided() throws Exception {
        MailId id = received("one");
        Journal frozen = (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    f.clock.advance(LEASE);
                    f.processor.processDue(10);
                    return method.invoke(f.journal, arguments);
                });
        Decisions other = new Decisions(new NamedParameterJdbcTemplate(f.database), frozen, f.clock, "node-2");

        assertThat(other.claim(id, LEASE, false)).isEmpty();
        assertThat(f.only().state()).isEqualTo(STARTED);
    }

    @Test
    void a_database_that_goes_away_while_a_mail_is_decided_is_not_taken_for_a_crash() throws Exception {
        MailId id = received("one");
        f.whileReading = () -> {
            f.whileReading = () -> {};
            f.jdbc.sql("alter table MAILROOM_MAIL rename to AWAY").update();
            throw new IllegalStateException("The database is away");
        };
        assertThatThrownBy(() -> f.processor.process(id)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(f.processor::keepClaims).isInstanceOf(RuntimeException.class);
        f.jdbc.sql("alter table AWAY rename to MAILROOM_MAIL").update();

        f.processor.keepClaims();
        f.clock.advance(Duration.ofSeconds(5));

        assertThat(f.anotherLife().due(10)).containsExactly(new Decisions.Due(id, false));
    }

    @Test
    void such_a_mail_may_end_one_more_life_when_somebody_has_it_decided_again() throws Exception {
        MailId id = quarantined();
        f.inbox.reprocess(id, MARY, null);
        assertThat(f.anotherLife().claim(id, LEASE, true)).isPresent();
        f.clock.advance(LEASE);

        f.processor.processDue(10);

        assertThat(f.only().progress().reason().code()).isEqualTo("CRASHED");
    }

    @Test
    void such_a_mail_is_started_by_hand_without_being_opened() throws Exception {
        MailId id = quarantined();
        f.whileReading = () -> {
            throw new AssertionError("It was opened");
        };

        JournalEntry started = f.inbox.start(id, "request", null, null, MARY, null);

        assertThat(started.state()).isEqualTo(STARTED);
        assertThat(started.heading().subject()).isEqualTo("one");
        assertThat(started.stored().attachments()).isEqualTo(1);
        assertThat(started.mayBeOpened()).as("by what comes later").isFalse();
    }

    private MailId quarantined() throws Exception {
        MailId id = received("one");
        f.anotherLife().claim(id, LEASE, false);
        f.clock.advance(LEASE);
        f.anotherLife().claim(id, LEASE, true);
        f.clock.advance(LEASE);
        f.processor.processDue(10);
        assertThat(f.only().state()).isEqualTo(QUARANTINED);
        return id;
    }

    private MailId received(String subject) throws Exception {
        try (Spool spool = new Spool(100_000)) {
            spool.fill(new ByteArrayInputStream(mail(subject).getBytes(StandardCharsets.UTF_8)));
            f.clock.advance(Duration.ofMillis(1));
            return f.rows.store(f.mailbox, InboxRows.Taken.of(new Locator("INBOX", 7, subject), spool));
        }
    }

    private void later() {
        f.clock.advance(Duration.ofSeconds(31));
        f.processor.processDue(10);
    }
}
