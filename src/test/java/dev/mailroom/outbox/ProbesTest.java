package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.registry.MailboxAnswered;
import dev.mailroom.registry.MailboxChanged;
import dev.mailroom.registry.MailboxType;
import dev.mailroom.testing.TestDatabases;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While a mailbox fails one mail is tried from time to time, whatever happens beside it. */
class ProbesTest {

    private static final Duration UNTIL_PROBE = Duration.ofMinutes(1);
    private static final Duration A_TURN = Duration.ofSeconds(2);
    private static final Failure GONE = new Failure(Scope.SERVER, Stage.CONNECT, "NO_REPLY", "", null);

    private static final DataSource DATABASE = TestDatabases.h2();

    private final OutboxFixture box = new OutboxFixture(DATABASE);
    private final OutboxAutoConfiguration.ChangedMailboxes listener =
            new OutboxAutoConfiguration.ChangedMailboxes(box.parts, box.dispatcher);

    /** Nothing waits that another test left. */
    @BeforeEach
    void one_connection() {
        box.jdbc
                .sql("update MAILROOM_MAIL set STATE = 'CANCELLED' where STATE in ('QUEUED', 'SENDING', 'RETRYING')")
                .update();
        box.registry.put(OutputForm.of(BOX).connections(1).mailbox());
    }

    private Breaker breaker() {
        return box.parts.lanes().lane(BOX).breaker();
    }

    private void failsElsewhere() {
        failsElsewhere(GONE);
    }

    private void failsElsewhere(Failure failure) {
        Instant now = box.clock.instant();
        breaker().failed(box.registry.output(BOX).orElseThrow(), failure, now, now);
    }

    /** The only connection is still busy with it when the probe is claimed, which therefore waits, and is given back. */
    private SubmissionOutcome failsAfterTheProbeWasClaimed() {
        failsElsewhere();
        box.send();
        box.later(UNTIL_PROBE);
        return ScriptedTransport.defer(Scope.SERVER, Stage.CONNECT).answer(null, null);
    }

    @Test
    void a_mail_that_fails_late_does_not_end_the_probing() {
        box.transport.then(BOX, (submission, gate) -> failsAfterTheProbeWasClaimed());
        MailId late = box.send();

        box.turn();
        box.later(A_TURN);
        box.later(A_TURN);

        assertThat(box.state(late)).isEqualTo(MailState.SENT);
        assertThat(box.transport.submissions).as("it, a probe, the other one").hasSize(3);
    }

    @Test
    void what_was_claimed_while_the_mailbox_began_to_fail_is_not_sent() {
        MailId mail = box.send();
        box.queue.duringClaims.add(this::failsElsewhere);

        box.turn();

        assertThat(box.transport.submissions).isEmpty();
        assertThat(box.state(mail)).isEqualTo(MailState.QUEUED);
        assertThat(box.task(mail).worker()).isNull();

        box.later(UNTIL_PROBE);
        assertThat(box.state(mail)).as("as the probe").isEqualTo(MailState.SENT);
    }

    @Test
    void a_mailbox_that_nothing_waits_for_is_probed_by_connecting_and_heals_within_the_pause() {
        failsElsewhere();
        box.transport.then(BOX, ScriptedTransport.defer(Scope.SERVER, Stage.CONNECT));

        box.later(UNTIL_PROBE);
        assertThat(box.transport.probes).containsExactly(BOX);
        assertThat(box.health.told).singleElement().asString().contains("TEMPORARY");
        box.later(UNTIL_PROBE);
        assertThat(box.transport.probes).as("the pause doubled").hasSize(1);

        box.later(UNTIL_PROBE);
        assertThat(box.transport.probes).hasSize(2);
        assertThat(box.health.told).endsWith(BOX + " OK");
        assertThat(breaker().isOpen()).isFalse();
        assertThat(box.transport.submissions).isEmpty();
    }

    @Test
    void a_node_that_was_started_since_probes_it_too() {
        failsElsewhere();
        OutboxFixture started = new OutboxFixture(DATABASE, Runnable::run, Runnable::run, box);

        started.later(UNTIL_PROBE);

        assertThat(box.transport.probes).containsExactly(BOX);
        assertThat(started.health.told).containsExactly(BOX + " OK");
    }

    @Test
    void the_dispatcher_does_not_wait_for_a_server_that_is_probed() {
        List<Runnable> threads = new ArrayList<>();
        OutboxFixture apart = new OutboxFixture(DATABASE, threads::add, Runnable::run, box);
        failsElsewhere();

        apart.later(UNTIL_PROBE);
        apart.later(A_TURN);
        assertThat(box.transport.probes).isEmpty();
        assertThat(threads).as("one at a time").hasSize(1);

        threads.remove(0).run();
        assertThat(box.transport.probes).containsExactly(BOX);
    }

    @Test
    void a_refused_login_without_a_mail_counts_as_one_with_a_mail() {
        for (int i = 0; i < 5; i++) {
            box.transport.then(BOX, ScriptedTransport.loginRefused());
        }
        box.send();
        box.turn();
        box.queue.suspendAll();

        for (int minute = 0; minute < 24 * 60; minute++) {
            box.later(Duration.ofMinutes(1));
        }

        assertThat(box.transport.submissions).hasSize(1);
        assertThat(box.transport.probes).hasSize(2);
    }

    @Test
    void what_only_a_mail_can_tell_is_left_to_the_mail_while_one_waits() {
        box.transport.then(BOX, ScriptedTransport.defer(Scope.ACCOUNT, Stage.DOT));
        MailId mail = box.send();
        box.turn();

        box.later(UNTIL_PROBE);
        assertThat(box.transport.probes).as("a login would look well").isEmpty();
        assertThat(breaker().isOpen()).isTrue();

        box.later(Duration.ofSeconds(15));
        assertThat(box.state(mail)).isEqualTo(MailState.SENT);
    }

    @Test
    void without_any_mail_a_login_has_to_do_whatever_failed() {
        failsElsewhere(new Failure(Scope.ACCOUNT, Stage.DOT, "QUOTA", "", null));

        box.later(UNTIL_PROBE);

        assertThat(breaker().isOpen()).isFalse();
        assertThat(box.health.told).containsExactly(BOX + " OK");
    }

    @Test
    void a_mailbox_that_is_paused_or_switched_off_is_left_alone() {
        failsElsewhere();
        box.queue.pausedLanes.add(BOX);
        box.later(UNTIL_PROBE);
        box.queue.pausedLanes.clear();
        box.sendingEnabled = false;
        box.later(UNTIL_PROBE);
        box.sendingEnabled = true;
        box.registry.put(OutputForm.of(BOX).connections(1).enabled(false).mailbox());
        box.later(UNTIL_PROBE);

        assertThat(box.transport.probes).isEmpty();
    }

    @Test
    void what_a_probe_tells_of_settings_that_were_changed_meanwhile_does_not_count() {
        List<Runnable> threads = new ArrayList<>();
        OutboxFixture apart = new OutboxFixture(DATABASE, threads::add, Runnable::run, box);
        failsElsewhere();
        apart.later(UNTIL_PROBE);
        box.transport.then(BOX, ScriptedTransport.loginRefused());
        box.registry.put(OutputForm.of(BOX).connections(1).changed().mailbox());

        threads.remove(0).run();

        assertThat(apart.health.told).isEmpty();
        assertThat(apart.parts.lanes().lane(BOX).breaker().nextProbe()).isPresent();
    }

    @Test
    void a_test_that_went_well_makes_the_mailbox_well_without_any_mail() {
        failsElsewhere();

        listener.answered(new MailboxAnswered(BOX, MailboxType.OUTPUT));

        assertThat(breaker().isOpen()).isFalse();
        assertThat(box.health.told).containsExactly(BOX + " OK");
        MailId mail = box.send();
        box.turn();
        assertThat(box.state(mail)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_mailbox_under_the_key_of_a_deleted_one_begins_well() {
        Failure refused = new Failure(Scope.ACCOUNT, Stage.LOGIN, "LOGIN_REFUSED", "", null);
        for (int i = 0; i < 3; i++) {
            failsElsewhere(refused);
        }

        listener.changed(new MailboxChanged(BOX, MailboxType.OUTPUT, MailboxChanged.Change.DELETED));
        listener.changed(new MailboxChanged(BOX, MailboxType.OUTPUT, MailboxChanged.Change.CREATED));
        MailId mail = box.send();
        box.turn();

        assertThat(box.state(mail)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_probe_that_ends_without_learning_anything_is_followed_by_another_one() {
        failsElsewhere();
        MailId mail = box.send();
        box.transport.then(BOX, ScriptedTransport.notAttempted());
        box.later(UNTIL_PROBE);
        assertThat(box.state(mail)).isEqualTo(MailState.QUEUED);

        box.later(A_TURN);

        assertThat(box.state(mail)).isEqualTo(MailState.SENT);
    }
}
