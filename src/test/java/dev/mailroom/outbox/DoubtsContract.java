package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static dev.mailroom.outbox.OutboxFixture.MARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom a doubt is about, what ends it, and that nothing else does. */
abstract class DoubtsContract extends OutboxContract {

    private static final String ANA = "ana@acme.example";
    private static final String BOB = "bob@acme.example";
    private static final String EVE = "eve@acme.example";

    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(dataSource());
    }

    private ScriptedTransport.Step uncertain() {
        return ScriptedTransport.uncertain(box.clock);
    }

    private void mailbox(int recipientsPerMessage, OnUncertain policy) {
        box.registry.put(OutputForm.of(BOX)
                .recipients(recipientsPerMessage)
                .onUncertain(policy)
                .mailbox());
    }

    private boolean prove(MailId id, String... about) {
        return Objects.requireNonNull(box.transaction.execute(status -> box.parts
                .proofs()
                .sent(id, "seen", List.of(about).stream().map(MailAddress::of).toList())));
    }

    private List<String> recipientsOf(MailId id) {
        return box.journal.recipients(id).stream()
                .map(recipient -> recipient.address().address())
                .toList();
    }

    private @Nullable String status(MailId id) {
        var result = box.task(id).result();
        return result == null ? null : result.status();
    }

    @Test
    void marked_as_sent_is_only_the_message_in_doubt() {
        mailbox(1, OnUncertain.ASK);
        MailId id = box.send(ANA, BOB, EVE);
        box.transport.then(BOX, uncertain());
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);

        JournalEntry marked = box.outbox.markSent(id, MARY, "Ana has it");
        box.turn();

        assertThat(marked.state()).isEqualTo(MailState.PARTLY_SENT);
        assertThat(box.recipientStates(id)).containsExactly(State.ACCEPTED, State.DROPPED, State.DROPPED);
        assertThat(box.journal.recipients(id).get(0).reply()).isEqualTo("marked as sent by mary");
        JournalEntry rest = box.journal.linkedTo(id).get(0);
        assertThat(rest.state()).isEqualTo(MailState.SENT);
        assertThat(recipientsOf(rest.id())).containsExactly(BOB, EVE);
        assertThat(status(id)).isEqualTo("PARTLY_SENT");
    }

    @Test
    void recipients_refused_before_the_dot_are_not_in_doubt() {
        MailId id = box.send(ANA, BOB, EVE);
        List<MailAddress> taken = List.of(MailAddress.of(ANA));
        List<RecipientReply> others = List.of(
                new RecipientReply(MailAddress.of(BOB), ScriptedTransport.NEVER),
                new RecipientReply(MailAddress.of(EVE), ScriptedTransport.LATER));
        Failure failure = new Failure(Scope.MESSAGE, Stage.DOT, "NO_REPLY", "No reply", null);
        box.transport.then(BOX, (submission, gate) -> {
            gate.pass(taken);
            return new Uncertain(failure, box.clock.instant(), taken, others);
        });
        box.turn();
        assertThat(box.recipientStates(id)).containsExactly(State.WAITING, State.REFUSED, State.WAITING);

        box.outbox.markSent(id, MARY, null);

        assertThat(box.recipientStates(id)).containsExactly(State.ACCEPTED, State.REFUSED, State.DROPPED);
        assertThat(recipientsOf(box.journal.linkedTo(id).get(0).id())).containsExactly(EVE);
    }

    @Test
    void a_copy_of_the_message_before_proves_nothing() {
        mailbox(1, OnUncertain.ASK);
        MailId id = box.send(ANA, BOB);
        box.transport.then(BOX, ScriptedTransport.accept()).then(BOX, uncertain());
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);

        assertThat(prove(id)).as("as the Sent folder tells").isFalse();
        assertThat(prove(id, ANA)).as("an answer of who has the message before").isFalse();
        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);

        assertThat(prove(id, "BOB@acme.example")).isTrue();
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(status(id)).isEqualTo("SENT");
    }

    @Test
    void nor_does_a_copy_of_the_mail_that_the_rest_was_split_from() {
        MailId id = box.send(ANA, BOB);
        box.transport.then(BOX, ScriptedTransport.acceptBut(BOB, ScriptedTransport.LATER));
        box.transport.then(BOX, uncertain());
        box.turn();
        MailId rest = box.journal.linkedTo(id).get(0).id();
        assertThat(box.state(rest)).isEqualTo(MailState.UNCERTAIN);

        assertThat(prove(rest)).isFalse();
        assertThat(prove(id, ANA)).isFalse();
        assertThat(prove(id, BOB)).as("named by the Message-ID that both have").isTrue();

        assertThat(box.state(rest)).isEqualTo(MailState.SENT);
    }

    @Test
    void sent_again_and_refused_then_it_is_still_in_doubt() {
        mailbox(50, OnUncertain.RESEND);
        String task = box.queue.add(BOX, Set.of("EMAIL_NOT_SENT", "EMAIL_REFUSED"), null);
        MailId id = box.send(BOX, task, new SendOptions(List.of(), null, OnFailure.ERROR, List.of()), ANA);
        MailId other = box.send(
                BOX,
                box.queue.add(BOX),
                new SendOptions(List.of(Duration.ofMinutes(1)), null, OnFailure.INCIDENT, List.of()),
                BOB);
        box.transport.then(BOX, uncertain()).then(BOX, uncertain());
        box.turn();
        box.outbox.retry(id, MARY, null);
        box.transport.then(BOX, ScriptedTransport.refuseAll());

        box.later(Duration.ofMinutes(1));

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.queue.task(task).error())
                .as("nobody may say that it was not sent")
                .isNull();
        assertThat(box.task(id).incident())
                .isEqualTo("Probably sent at 14:09:48 UTC to smtp.x: mark as sent, or send again."
                        + " Sending it again failed: Every recipient was refused");
        assertThat(box.events).noneMatch(EmailFailed.class::isInstance);
        assertThat(box.state(other)).isEqualTo(MailState.SENT);

        box.outbox.markSent(id, MARY, null);
        assertThat(box.recipientStates(id)).containsOnly(State.ACCEPTED);
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void sent_again_by_hand_and_too_old_then_it_is_still_in_doubt() {
        MailId id = box.send(ANA);
        box.transport.then(BOX, uncertain()).then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));
        box.turn();
        box.outbox.retry(id, MARY, null);
        box.turn();
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));

        box.later(Duration.ofDays(6));

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.task(id).incident()).contains("Probably sent", "Given up after 2 attempts");

        box.outbox.retry(id, MARY, null);
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void proven_before_it_is_sent_again_it_is_not_sent_again() {
        mailbox(50, OnUncertain.RESEND);
        MailId id = box.send(ANA);
        box.transport.then(BOX, uncertain());
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.RETRYING);

        assertThat(prove(id, ANA)).isTrue();
        box.turn();
        box.later(Duration.ofHours(1));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(status(id)).isEqualTo("SENT");
        assertThat(box.transport.submissions).hasSize(1);
    }

    @Test
    void interrupted_before_it_is_sent_again_it_stays_in_doubt() {
        mailbox(50, OnUncertain.RESEND);
        MailId id = box.send(ANA);
        box.transport.then(BOX, uncertain());
        box.turn();

        interrupt(id);
        box.later(Duration.ofHours(1));

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(Objects.requireNonNull(box.mail(id).progress().reason()).text())
                .contains("probably sent");
        assertThat(box.transport.submissions).hasSize(1);
        assertThat(prove(id)).isTrue();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    private void interrupt(MailId id) {
        String activity = String.valueOf(box.mail(id).origin().activityInstanceId());
        box.transaction.executeWithoutResult(status -> box.outbox.cancelForActivity(activity));
        box.queue.remove(box.task(id).id());
    }

    @Test
    void a_mail_that_waits_without_a_doubt_is_not_proven_by_anything() {
        MailId id = box.send(ANA);
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DOT));
        box.turn();

        assertThat(prove(id, ANA)).isFalse();

        assertThat(box.state(id)).isEqualTo(MailState.RETRYING);
    }

    /** The node that passed the gate loses its lease, another one asks; then the server answers. */
    private ScriptedTransport.Step answeredLate(MailId id, ScriptedTransport.Step answer) {
        return (submission, gate) -> {
            gate.pass(submission.recipients());
            box.clock.advance(Duration.ofMinutes(3));
            box.queue.retryNow(box.task(id).id());
            new OutboxFixture(dataSource(), Runnable::run, Runnable::run, box).turn();
            assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
            return answer.answer(submission, accepted -> true);
        };
    }

    @Test
    void a_late_refusal_ends_the_doubt_and_the_mail_is_tried_again() {
        MailId id = box.send(ANA);
        box.transport.then(BOX, answeredLate(id, ScriptedTransport.defer(Scope.MESSAGE, Stage.DOT)));

        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
        // The other node's share of the connections has run out by then.
        box.later(Duration.ofMinutes(10));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.journal.attempts(id))
                .extracting(attempt -> attempt.outcome())
                .containsExactly("DEFERRED", "ACCEPTED");
        assertThat(status(id)).isEqualTo("SENT");
    }

    @Test
    void a_late_failure_of_the_server_ends_the_doubt_too() {
        MailId id = box.send(ANA);
        box.transport.then(BOX, answeredLate(id, ScriptedTransport.defer(Scope.SERVER, Stage.DOT)));

        box.turn();
        box.later(Duration.ofMinutes(10));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.task(id).incident()).isNull();
    }

    @Test
    void interrupted_behind_the_dot_and_refused_it_is_cancelled() {
        MailId id = box.send(ANA);
        box.transport.then(BOX, (submission, gate) -> {
            gate.pass(submission.recipients());
            interrupt(id);
            return ScriptedTransport.defer(Scope.MESSAGE, Stage.DOT).answer(submission, gate);
        });

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.CANCELLED);
        assertThat(box.recipientStates(id)).containsOnly(State.DROPPED);
    }

    @Test
    void a_refusal_of_a_mail_that_was_taken_over_before_the_dot_changes_nothing() {
        MailId id = box.send(ANA);
        box.transport.then(BOX, (submission, gate) -> {
            box.clock.advance(Duration.ofMinutes(3));
            box.transport.then(BOX, uncertain());
            new OutboxFixture(dataSource(), Runnable::run, Runnable::run, box).turn();
            return ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA).answer(submission, gate);
        });

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.task(id).incident()).startsWith("Probably sent");
    }
}
