package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue.Result;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a mail for each answer of its server, whatever the database. */
abstract class DispatchingContract extends OutboxContract {

    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(dataSource());
    }

    private static SendOptions onFailure(OnFailure then) {
        return new SendOptions(List.of(), null, then, List.of());
    }

    @Test
    void an_accepted_mail_is_sent_and_its_task_completes() {
        MailId id = box.send("ana@acme.example", "bob@acme.example");

        box.turn();

        JournalEntry mail = box.mail(id);
        assertThat(mail.state()).isEqualTo(MailState.SENT);
        assertThat(mail.finishedAt()).isEqualTo(box.clock.instant());
        assertThat(box.recipientStates(id)).containsOnly(State.ACCEPTED);
        assertThat(box.task(id).result())
                .isEqualTo(new Result(id, mail.heading().messageId(), "SENT", List.of(), BOX));
        assertThat(box.events).containsExactly(new EmailSent(id, BOX, "acme"));
        assertThat(box.journal.attempts(id)).singleElement().satisfies(attempt -> {
            assertThat(attempt.dotAt()).isNotNull();
            assertThat(attempt.outcome()).isEqualTo("ACCEPTED");
            assertThat(attempt.node()).isEqualTo("node-1");
        });
        assertThat(box.transport.bytes.get(0)).contains("Dear Ana");
        assertThat(box.health.told).containsExactly(BOX + " OK");
    }

    @Test
    void a_put_off_mail_is_tried_again_with_growing_delay() {
        MailId id = box.send();
        for (int i = 0; i < 4; i++) {
            box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));
        }

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.RETRYING);
        assertThat(box.mail(id).progress().attempts()).isEqualTo(1);
        assertThat(box.mail(id).progress().nextTry())
                .isEqualTo(box.clock.instant().plus(Duration.ofMinutes(1)));
        box.turn();
        assertThat(box.transport.submissions).hasSize(1);

        box.later(Duration.ofMinutes(1));
        box.later(Duration.ofMinutes(5));
        assertThat(box.mail(id).progress().nextTry())
                .as("the last delay of the mailbox repeats")
                .isEqualTo(box.clock.instant().plus(Duration.ofMinutes(5)));
        box.later(Duration.ofMinutes(5));
        box.later(Duration.ofMinutes(5));
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.transport.bytes).hasSize(5).containsOnly(box.transport.bytes.get(0));
    }

    @Test
    void a_mail_too_old_is_given_up_with_an_incident() {
        MailId id = box.send();
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));

        box.turn();
        box.later(Duration.ofDays(6));

        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.task(id).incident())
                .isEqualTo("The mail was not sent: Given up after 2 attempts: put off by the server");
        assertThat(box.events).containsExactly(new EmailFailed(id, BOX, "acme"));
    }

    @Test
    void a_refused_mail_waits_with_an_incident_and_retry_at_its_task_sends_it_again() {
        MailId id = box.send();
        box.transport.then(BOX, ScriptedTransport.refuseAll());

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.recipientStates(id)).containsOnly(State.REFUSED);
        assertThat(box.task(id).incident()).contains("Every recipient was refused");

        box.queue.retryNow(box.task(id).id());
        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.task(id).result()).isNotNull();
        assertThat(box.journal.events(id)).extracting(event -> event.what()).containsExactly("retry");
    }

    @Test
    void a_caught_error_ends_the_task() {
        String refused = box.queue.add(BOX, Set.of("EMAIL_REFUSED"), null);
        MailId first = box.send(BOX, refused, onFailure(OnFailure.ERROR));
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        String tooBig = box.queue.add(BOX, Set.of("EMAIL_NOT_SENT"), null);
        MailId second = box.send(BOX, tooBig, onFailure(OnFailure.ERROR));
        box.transport.then(BOX, ScriptedTransport.refuseMessage());

        box.turn();

        assertThat(box.queue.task(refused).error()).isEqualTo("EMAIL_REFUSED");
        assertThat(box.queue.task(tooBig).error()).isEqualTo("EMAIL_NOT_SENT");
        assertThat(List.of(box.state(first), box.state(second))).containsOnly(MailState.FAILED);
    }

    @Test
    void an_error_that_nothing_catches_is_an_incident() {
        MailId id = box.send(BOX, box.queue.add(BOX), onFailure(OnFailure.ERROR));
        box.transport.then(BOX, ScriptedTransport.refuseAll());

        box.turn();

        assertThat(box.task(id).incident()).startsWith("The mail was not sent");
    }

    @Test
    void a_process_that_wants_to_go_on_is_told_of_the_failure() {
        MailId id = box.send(BOX, box.queue.add(BOX), onFailure(OnFailure.CONTINUE), "ana@acme.example");
        box.transport.then(BOX, ScriptedTransport.refuseAll());

        box.turn();

        Result result = Objects.requireNonNull(box.task(id).result());
        assertThat(result.status()).isEqualTo("FAILED");
        assertThat(result.refused()).containsExactly("ana@acme.example");
    }

    @Test
    void a_refused_cc_does_not_hold_the_task() {
        MailId id = box.send("ana@acme.example", "gone@acme.example");
        box.transport.then(BOX, ScriptedTransport.acceptBut("gone@acme.example", ScriptedTransport.NEVER));

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.PARTLY_SENT);
        assertThat(Objects.requireNonNull(box.task(id).result()).refused()).containsExactly("gone@acme.example");
        assertThat(box.recipientStates(id)).containsExactly(State.ACCEPTED, State.REFUSED);
    }

    @Test
    void a_greylisted_cc_goes_on_in_a_mail_of_its_own() {
        MailId id = box.send("ana@acme.example", "grey@acme.example");
        box.transport.then(BOX, ScriptedTransport.acceptBut("grey@acme.example", ScriptedTransport.LATER));

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.PARTLY_SENT);
        assertThat(Objects.requireNonNull(box.task(id).result()).refused()).isEmpty();
        assertThat(box.recipientStates(id)).containsExactly(State.ACCEPTED, State.DROPPED);
        JournalEntry rest = box.journal.linkedTo(id).get(0);
        assertThat(rest.links().splitFrom()).isEqualTo(id);
        assertThat(rest.state()).isEqualTo(MailState.SENT);
        assertThat(rest.stored().contentId()).isNotEqualTo(box.mail(id).stored().contentId());
        assertThat(box.transport.bytes.get(1)).isEqualTo(box.transport.bytes.get(0));
        assertThat(box.transport.submissions.get(1).recipients())
                .extracting(recipient -> recipient.address())
                .containsExactly("grey@acme.example");
    }

    @Test
    void a_greylisted_to_is_tried_again_without_those_who_have_the_mail() {
        MailId id = box.send("grey@acme.example", "ana@acme.example");
        box.transport.then(BOX, ScriptedTransport.acceptBut("grey@acme.example", ScriptedTransport.LATER));

        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.RETRYING);
        box.later(Duration.ofMinutes(1));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.transport.submissions.get(1).recipients()).hasSize(1);
    }

    @Test
    void more_recipients_than_a_message_may_have_go_in_several() {
        box.registry.put(OutputForm.of(BOX).recipients(2).mailbox());
        MailId id = box.send("a@acme.example", "b@acme.example", "c@acme.example");

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.transport.submissions)
                .extracting(s -> s.recipients().size())
                .containsExactly(2, 1);
    }

    @Test
    void an_uncertain_mail_asks() {
        MailId id = box.send();
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.task(id).incident())
                .isEqualTo("Probably sent at 14:09:48 UTC to smtp.x: mark as sent, or send again");

        box.queue.retryNow(box.task(id).id());
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.transport.bytes.get(1)).isEqualTo(box.transport.bytes.get(0));
    }

    @Test
    void an_uncertain_mail_is_sent_again_where_the_mailbox_says_so() {
        box.registry.put(OutputForm.of(BOX).onUncertain(OnUncertain.RESEND).mailbox());
        MailId id = box.send();
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));

        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.RETRYING);
        box.later(Duration.ofMinutes(1));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.journal.attempts(id)).hasSize(2);
    }

    @Test
    void an_uncertain_mail_counts_as_sent_where_its_task_says_so() {
        SendOptions assume = new SendOptions(null, OnUncertain.ASSUME_SENT, OnFailure.INCIDENT, List.of());
        MailId id = box.send(BOX, box.queue.add(BOX), assume);
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.lastOutcome(id)).isEqualTo("UNCERTAIN");
        assertThat(box.task(id).result()).isNotNull();
    }

    @Test
    void a_server_that_never_answers_the_dot_does_not_make_every_mail_uncertain() {
        for (int i = 0; i < 6; i++) {
            box.send();
            box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
        }

        box.turn();
        box.turn();

        assertThat(box.transport.submissions).hasSize(3);
        assertThat(box.health.told).containsExactly(BOX + " NO_REPLY until 2026-11-22T14:10:48Z");
    }

    @Test
    void a_server_without_an_answer_costs_no_attempt_and_is_probed_with_one_mail() {
        List<MailId> ids = List.of(box.send(), box.send(), box.send());
        box.transport.then(BOX, ScriptedTransport.defer(Scope.SERVER, Stage.CONNECT));

        box.turn();

        assertThat(ids).allSatisfy(id -> {
            assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
            assertThat(box.mail(id).progress().attempts()).isZero();
            assertThat(box.task(id).worker()).isNull();
        });
        assertThat(box.transport.submissions).hasSize(1);
        assertThat(box.health.told).containsExactly(BOX + " TEMPORARY until 2026-11-22T14:10:48Z");
        box.turn();
        assertThat(box.transport.submissions).hasSize(1);

        box.transport.then(BOX, ScriptedTransport.defer(Scope.SERVER, Stage.CONNECT));
        box.later(Duration.ofMinutes(1));
        assertThat(box.transport.submissions).as("one probe").hasSize(2);
        box.later(Duration.ofMinutes(1));
        assertThat(box.transport.submissions).as("the pause doubled").hasSize(2);

        box.later(Duration.ofMinutes(1));
        assertThat(ids).allSatisfy(id -> assertThat(box.state(id)).isEqualTo(MailState.SENT));
        assertThat(box.health.told).endsWith(BOX + " OK");
    }

    @Test
    void a_mailbox_whose_last_mail_is_gone_is_probed_without_one_whatever_that_mail_met() {
        box.jdbc
                .sql("update MAILROOM_MAIL set STATE = 'CANCELLED' where STATE in ('QUEUED', 'SENDING', 'RETRYING')")
                .update();
        box.transport.then(BOX, ScriptedTransport.defer(Scope.ACCOUNT, Stage.DOT));
        MailId id = box.send();
        box.turn();
        box.later(Duration.ofMinutes(1));
        assertThat(box.transport.probes).as("the mail is the better probe").isEmpty();

        box.queue.remove(box.task(id).id());
        box.jdbc
                .sql("update MAILROOM_MAIL set STATE = 'CANCELLED' where ID = ?")
                .param(id.value())
                .update();
        box.later(Duration.ofSeconds(2));

        assertThat(box.transport.probes).containsExactly(BOX);
        assertThat(box.health.told).endsWith(BOX + " OK");
    }

    @Test
    void one_mail_that_makes_the_account_look_blocked_is_not_the_probe_for_ever() {
        box.transport.then(OutboxFixture.BOX, ScriptedTransport.defer(Scope.ACCOUNT, Stage.DOT));
        MailId poison = box.send();
        box.turn();
        MailId other = box.send();
        box.turn();
        assertThat(box.state(other)).as("the mailbox pauses").isEqualTo(MailState.QUEUED);

        box.later(Duration.ofMinutes(1));

        assertThat(box.state(other)).as("the probe").isEqualTo(MailState.SENT);
        assertThat(box.state(poison)).isEqualTo(MailState.QUEUED);
        assertThat(box.mail(poison).progress().attempts()).isZero();
        box.later(Duration.ofMinutes(1));
        assertThat(box.state(poison)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_refused_login_stops_after_three_tries_until_the_mailbox_changes() {
        MailId id = box.send();
        for (int i = 0; i < 3; i++) {
            box.transport.then(BOX, ScriptedTransport.loginRefused());
        }

        box.turn();
        box.later(Duration.ofMinutes(5));
        box.later(Duration.ofMinutes(30));
        box.later(Duration.ofDays(1));

        assertThat(box.transport.submissions).hasSize(3);
        assertThat(box.health.told).last().isEqualTo(BOX + " LOGIN_REFUSED until null");

        box.registry.put(OutputForm.of(BOX).changed().mailbox());
        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.transport.forgotten).containsExactly(BOX);
    }

    @Test
    void clicks_on_retry_bring_about_no_more_than_three_refused_logins_an_hour_and_health_says_why() {
        MailId id = box.send();
        for (int i = 0; i < 4; i++) {
            box.transport.then(BOX, ScriptedTransport.loginRefused());
        }
        box.turn();
        for (int minute = 1; minute < 60; minute++) {
            box.clock.advance(Duration.ofMinutes(1));
            box.dispatcher.want(BOX);
            box.turn();
        }

        assertThat(box.transport.submissions).hasSize(3);
        assertThat(box.health.reasons)
                .last()
                .isEqualTo("Login refused. It is tried again when the mailbox is changed or its test goes well,"
                        + " and when a mail is retried, but not before 2026-11-22 15:11 UTC");
        assertThat(box.health.told).last().isEqualTo(BOX + " next 2026-11-22T15:11:48Z");

        box.later(Duration.ofMinutes(3));
        assertThat(box.transport.submissions).as("the hour is over").hasSize(4);
        box.registry.put(OutputForm.of(BOX).changed().mailbox());
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_disabled_mailbox_and_the_sending_switch_let_mails_wait() {
        box.registry.put(OutputForm.of(BOX).enabled(false).mailbox());
        MailId id = box.send();
        box.turn();
        box.registry.put(OutputForm.of(BOX).mailbox());
        box.sendingEnabled = false;
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
        assertThat(box.task(id).worker()).isNull();

        box.sendingEnabled = true;
        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void the_sending_switch_stops_a_mail_that_is_in_dialogue_already() {
        stopped_in_dialogue_it_waits_as_before(() -> box.sendingEnabled = false, () -> box.sendingEnabled = true);
    }

    @Test
    void a_mailbox_that_is_disabled_stops_a_mail_that_is_in_dialogue_already() {
        OutputForm form = OutputForm.of(BOX);
        stopped_in_dialogue_it_waits_as_before(
                () -> box.registry.put(form.enabled(false).mailbox()),
                () -> box.registry.put(form.changed().changed().mailbox()));
    }

    @Test
    void a_mailbox_that_is_removed_stops_a_mail_that_is_in_dialogue_already() {
        stopped_in_dialogue_it_waits_as_before(
                () -> box.registry.forget(BOX),
                () -> box.registry.put(OutputForm.of(BOX).mailbox()));
    }

    private void stopped_in_dialogue_it_waits_as_before(Runnable stop, Runnable goOn) {
        MailId fresh = box.send();
        stoppedBeforeTheDot(stop);
        box.turn();
        assertThat(box.state(fresh)).isEqualTo(MailState.QUEUED);
        assertThat(box.mail(fresh).progress().attempts()).isZero();
        assertWaitsUntouched(fresh, 1);

        goOn.run();
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));
        box.later(Duration.ofSeconds(2));
        stoppedBeforeTheDot(stop);
        box.later(Duration.ofMinutes(1));
        assertThat(box.state(fresh)).isEqualTo(MailState.RETRYING);
        assertThat(box.mail(fresh).progress().attempts()).isEqualTo(1);
        assertWaitsUntouched(fresh, 3);

        goOn.run();
        box.later(Duration.ofSeconds(2));
        assertThat(box.state(fresh)).isEqualTo(MailState.SENT);
        assertThat(box.journal.attempts(fresh))
                .extracting(attempt -> attempt.outcome())
                .containsExactly("FENCED", "DEFERRED", "FENCED", "ACCEPTED");
    }

    /** All but the dot is with the server. */
    private void stoppedBeforeTheDot(Runnable stop) {
        box.transport.then(BOX, (submission, gate) -> {
            stop.run();
            return ScriptedTransport.accept().answer(submission, gate);
        });
    }

    private void assertWaitsUntouched(MailId id, int submissions) {
        assertThat(box.lastOutcome(id)).isEqualTo("FENCED");
        assertThat(box.journal.attempts(id))
                .last()
                .satisfies(attempt -> assertThat(attempt.dotAt()).isNull());
        assertThat(box.task(id).worker()).isNull();
        for (int turns = 0; turns < 5; turns++) {
            box.later(Duration.ofSeconds(1));
        }
        assertThat(box.transport.submissions).as("nobody tries meanwhile").hasSize(submissions);
    }

    @Test
    void a_mailbox_sends_no_more_in_a_minute_than_it_may() {
        box.registry.put(OutputForm.of(BOX).perMinute(2).mailbox());
        List.of(1, 2, 3).forEach(n -> box.send());

        box.turn();
        box.turn();
        assertThat(box.transport.submissions).hasSize(2);
        box.later(Duration.ofMinutes(1));

        assertThat(box.transport.submissions).hasSize(3);
    }

    @Test
    void a_mail_without_a_free_connection_comes_back_soon() {
        MailId id = box.send();
        box.transport.then(BOX, ScriptedTransport.notAttempted());

        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
        box.later(Duration.ofSeconds(1));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_process_that_cannot_go_on_keeps_the_mail_sent_and_retry_only_completes() {
        MailId good = box.send();
        MailId stuck = box.send(BOX, box.queue.add(BOX, Set.of(), "division by zero"), SendOptions.DEFAULT);

        box.turn();

        assertThat(List.of(box.state(good), box.state(stuck))).containsOnly(MailState.SENT);
        assertThat(box.task(good).result()).isNotNull();
        assertThat(box.task(stuck).incident())
                .isEqualTo("The mail was sent at 14:09:48 UTC."
                        + " The process could not go on after it: division by zero");

        box.queue.repair(box.task(stuck).id());
        box.queue.retryNow(box.task(stuck).id());
        box.turn();

        assertThat(Objects.requireNonNull(box.task(stuck).result()).status()).isEqualTo("SENT");
        assertThat(box.transport.submissions).hasSize(2);
    }

    @Test
    void an_instance_suspended_while_its_mail_is_sent_keeps_it_sent_and_goes_on_when_activated() {
        MailId id = box.send();
        box.transport.then(BOX, (submission, gate) -> {
            box.queue.suspendedTasks.add(box.task(id).id());
            return ScriptedTransport.accept().answer(submission, gate);
        });

        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.task(id).result()).isNull();

        box.queue.suspendedTasks.clear();
        box.later(Duration.ofMinutes(3));
        assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo("SENT");
        assertThat(box.transport.submissions).hasSize(1);
    }

    @Test
    void a_fault_of_ours_counts_as_an_attempt_and_harms_no_other_mail() {
        MailId bad = box.send();
        MailId good = box.send();
        box.transport.then(BOX, (submission, gate) -> {
            throw new IllegalArgumentException("broken");
        });

        box.turn();

        assertThat(box.state(bad)).isEqualTo(MailState.RETRYING);
        assertThat(box.mail(bad).progress().attempts()).isEqualTo(1);
        assertThat(box.state(good)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_task_without_a_mail_gets_an_incident() {
        String orphan = box.queue.add(BOX);

        box.turn();

        assertThat(box.queue.task(orphan).incident()).isEqualTo("The journal has no mail for this task");
    }

    @Test
    void a_lease_is_kept_up_while_its_mail_is_sent() {
        MailId id = box.send();
        box.transport.then(BOX, (submission, gate) -> {
            box.clock.advance(Duration.ofSeconds(90));
            box.dispatcher.dispatchDue();
            assertThat(box.task(id).lockedUntil()).isEqualTo(box.clock.instant().plus(Duration.ofMinutes(2)));
            return ScriptedTransport.accept().answer(submission, gate);
        });

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void what_failed_to_compose_is_composed_with_every_turn() {
        box.turn();

        assertThat(box.queue.composings).isEqualTo(1);
    }
}
