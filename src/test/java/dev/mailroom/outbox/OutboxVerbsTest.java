package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static dev.mailroom.outbox.OutboxFixture.MARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.access.Right;
import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.Origin;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.Outbox.Then;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.problem.ConflictProblem;
import dev.mailroom.problem.ForbiddenProblem;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.problem.ValidationProblem;
import dev.mailroom.testing.TestDatabases;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxVerbsTest {

    private static final DataSource DATABASE = TestDatabases.h2();
    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(DATABASE);
    }

    private MailId failed(String... to) {
        MailId id = box.send(to);
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        return id;
    }

    private MailId uncertain() {
        MailId id = box.send();
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
        box.turn();
        return id;
    }

    private MailId sent(String... to) {
        MailId id = box.send(to);
        box.turn();
        return id;
    }

    private MailId inState(MailState state) {
        MailId id = box.send();
        box.jdbc
                .sql("update MAILROOM_MAIL set STATE = ? where ID = ?")
                .params(state.name(), id.value())
                .update();
        return id;
    }

    private JournalEntry apply(Verb verb, MailId id) {
        return switch (verb) {
            case RETRY -> box.outbox.retry(id, MARY, "because");
            case MARK_SENT -> box.outbox.markSent(id, MARY, "because");
            case CANCEL -> box.outbox.cancel(id, Then.CONTINUE, MARY, "because");
            case RESEND -> box.outbox.resend(id, List.of(), MARY, "because");
        };
    }

    @Test
    void each_verb_changes_what_it_may_and_refuses_the_rest() {
        for (MailState state : MailState.values()) {
            for (Verb verb : Verb.values()) {
                if (state.direction() == dev.mailroom.journal.Direction.INCOMING) {
                    continue;
                }
                MailId id = inState(state);
                if (verb.isAllowedIn(state)) {
                    apply(verb, id);
                    assertThat(box.journal.events(id))
                            .as(verb + " in " + state)
                            .containsExactly(new EventEntry(box.clock.instant(), "mary", verb.word(), "because"));
                } else {
                    assertThatThrownBy(() -> apply(verb, id))
                            .as(verb + " in " + state)
                            .isInstanceOf(ConflictProblem.class);
                    assertThat(box.state(id)).isEqualTo(state);
                    assertThat(box.journal.events(id)).isEmpty();
                }
                assertThat(box.outbox.verbs(box.mail(inState(state)))).isEqualTo(Verb.allowedIn(state));
            }
        }
    }

    @Test
    void a_retried_mail_is_sent_with_the_same_bytes_and_its_attempts_start_anew() {
        MailId id = box.send();
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));
        box.turn();

        JournalEntry retried = box.outbox.retry(id, MARY, null);

        assertThat(retried.state()).isEqualTo(MailState.QUEUED);
        assertThat(retried.progress().attempts()).isZero();
        assertThat(retried.progress().nextTry()).isNull();
        box.dispatcher.dispatchWoken();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.transport.bytes.get(1)).isEqualTo(box.transport.bytes.get(0));
    }

    @Test
    void a_failed_mail_is_retried_and_its_incident_goes() {
        MailId id = failed();

        box.outbox.retry(id, MARY, null);

        assertThat(box.task(id).incident()).isNull();
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void retry_tries_a_mailbox_whose_login_was_refused_before_its_probe_is_due() {
        MailId id = box.send();
        box.transport.then(BOX, ScriptedTransport.loginRefused());
        box.turn();
        box.jdbc
                .sql("update MAILROOM_MAIL set STATE = 'RETRYING' where ID = ?")
                .param(id.value())
                .update();

        box.clock.advance(Duration.ofMinutes(1));
        box.outbox.retry(id, MARY, null);
        box.dispatcher.dispatchWoken();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_mail_whose_task_is_gone_is_retried_in_an_instance_of_its_own() {
        MailId id = failed();
        box.queue.remove(String.valueOf(box.mail(id).origin().externalTaskId()));

        box.outbox.retry(id, MARY, null);
        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.mail(id).origin().processInstanceId())
                .as("where it came from")
                .isEqualTo("pi");
        assertThat(box.queue.started).hasSize(1);
    }

    @Test
    void no_mail_in_an_instance_of_its_own_fails_unseen_whatever_its_task_would_have_done() {
        for (OnFailure then : OnFailure.values()) {
            SendOptions options = new SendOptions(List.of(), null, then, List.of());
            MailId original = box.send(BOX, box.queue.add(BOX), options);
            box.turn();
            MailId resent = box.outbox.resend(original, List.of(), MARY, null).id();
            assertFailsWithAnIncident(resent);

            MailId lonely = box.send(BOX, box.queue.add(BOX), options);
            box.transport.then(BOX, ScriptedTransport.refuseAll());
            box.turn();
            box.queue.remove(String.valueOf(box.mail(lonely).origin().externalTaskId()));
            box.outbox.retry(lonely, MARY, null);
            assertFailsWithAnIncident(lonely);

            MailId queued = MailId.next();
            box.outbox.enqueueDetached(box.newMail(queued, BOX, "none", options));
            assertFailsWithAnIncident(queued);
        }
    }

    private void assertFailsWithAnIncident(MailId id) {
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.task(id).result()).as("its instance goes on").isNull();
        assertThat(box.task(id).incident()).contains("Every recipient was refused");
    }

    @Test
    void what_was_not_composed_is_composed_again() {
        MailId id = MailId.next();
        String task = box.queue.add("compose");
        box.queue.parkByHand(task, "No user 'ana'");
        box.outbox.enqueueUncomposed(
                id,
                new Origin(null, null, null, null, null, "a", null, task),
                "acme",
                null,
                new Reason("NO_USER", "No user 'ana'"),
                SendOptions.DEFAULT);

        JournalEntry retried = box.outbox.retry(id, MARY, null);

        assertThat(retried.state()).isEqualTo(MailState.FAILED);
        assertThat(box.queue.task(task).incident()).isNull();
    }

    @Test
    void a_mail_marked_as_sent_lets_its_process_go_on() {
        for (MailId id : List.of(uncertain(), failed())) {
            JournalEntry marked = box.outbox.markSent(id, MARY, "seen in the Sent folder");

            assertThat(marked.state()).isEqualTo(MailState.SENT);
            assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo("SENT");
            assertThat(box.events).contains(new EmailSent(id, BOX, "acme"));
        }
    }

    @Test
    void a_cancelled_mail_lets_its_process_go_on_throw_or_wait() {
        MailId goesOn = failed();
        box.outbox.cancel(goesOn, Then.CONTINUE, MARY, null);
        assertThat(Objects.requireNonNull(box.task(goesOn).result()).status()).isEqualTo("CANCELLED");

        MailId waits = box.send();
        box.outbox.cancel(waits, Then.INCIDENT, MARY, null);
        assertThat(box.task(waits).incident()).isEqualTo("The mail was cancelled by mary");

        MailId caught = box.send(BOX, box.queue.add(BOX, Set.of("EMAIL_NOT_SENT"), null), SendOptions.DEFAULT);
        box.outbox.cancel(caught, Then.ERROR, MARY, null);
        assertThat(box.task(caught).error()).isEqualTo("EMAIL_NOT_SENT");

        assertThat(List.of(box.state(goesOn), box.state(waits), box.state(caught)))
                .containsOnly(MailState.CANCELLED);
        box.turn();
        assertThat(box.transport.submissions).hasSize(1);
    }

    @Test
    void nobody_waits_for_a_cancelled_mail_and_what_the_server_said_is_kept() {
        MailId id = box.send("ana@acme.example", "bob@acme.example");
        box.transport.then(BOX, ScriptedTransport.acceptBut("ana@acme.example", ScriptedTransport.LATER));
        box.turn();
        assertThat(box.recipientStates(id)).containsExactly(State.WAITING, State.ACCEPTED);

        box.outbox.cancel(id, Then.CONTINUE, MARY, null);

        assertThat(box.recipientStates(id)).containsExactly(State.DROPPED, State.ACCEPTED);
        RecipientEntry dropped = box.journal.recipients(id).get(0);
        assertThat(dropped.reply()).isEqualTo("451 4.7.1 greylisted");
        assertThat(dropped.at()).isEqualTo(box.clock.instant());
        box.turn();
        MailId copy = box.outbox.resend(id, List.of(), MARY, null).id();
        assertThat(box.recipientStates(copy)).containsOnly(State.WAITING);
    }

    @Test
    void an_error_that_nothing_catches_leaves_the_mail_as_it_was() {
        MailId id = box.send();

        assertThatThrownBy(() -> box.outbox.cancel(id, Then.ERROR, MARY, null))
                .isInstanceOf(ConflictProblem.class)
                .hasMessage("Nothing in the process catches the error EMAIL_NOT_SENT");

        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
        assertThat(box.journal.events(id)).isEmpty();
    }

    @Test
    void a_mail_whose_instance_is_suspended_is_neither_marked_as_sent_nor_cancelled() {
        MailId id = uncertain();
        box.queue.suspendedTasks.add(box.task(id).id());

        suspended(id, () -> box.outbox.markSent(id, MARY, null));
        for (Then then : Then.values()) {
            suspended(id, () -> box.outbox.cancel(id, then, MARY, null));
        }

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.journal.events(id)).isEmpty();
        assertThat(box.recipientStates(id)).doesNotContain(State.ACCEPTED);
        assertThat(box.events).isEmpty();
    }

    private static void suspended(MailId id, ThrowingCallable verb) {
        assertThatThrownBy(verb).as(id.value()).isInstanceOfSatisfying(ConflictProblem.class, problem -> {
            assertThat(problem).hasMessage("The process instance is suspended; activate it first");
            assertThat(problem.type()).isEqualTo(ConflictProblem.Type.WrongStateException);
            assertThat(problem.state()).isEqualTo("UNCERTAIN");
            assertThat(problem.allowed()).containsExactly("retry");
        });
    }

    @Test
    void retried_while_its_instance_is_suspended_a_mail_leaves_once_that_is_activated() {
        MailId id = failed();
        box.queue.suspendedTasks.add(box.task(id).id());

        assertThat(box.outbox.retry(id, MARY, null).state()).isEqualTo(MailState.QUEUED);
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);

        box.queue.suspendedTasks.clear();
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    private MailId failedBeforeFault() {
        MailId id = box.send(
                BOX, box.queue.add(BOX, Set.of("EMAIL_NOT_SENT"), "Unknown property 'nobody'"), SendOptions.DEFAULT);
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        box.turn();
        box.events.clear();
        return id;
    }

    @Test
    void a_process_that_cannot_go_on_after_a_mail_marked_as_sent_gets_an_incident_and_retry_only_completes() {
        MailId id = failedBeforeFault();

        assertThat(box.outbox.markSent(id, MARY, "phoned").state()).isEqualTo(MailState.SENT);

        assertThat(box.task(id).incident())
                .isEqualTo("The mail was sent. The process could not go on after it: Unknown property 'nobody'");
        assertThat(box.journal.events(id))
                .containsExactly(new EventEntry(box.clock.instant(), "mary", "mark-sent", "phoned"));
        assertThat(box.events).containsExactly(new EmailSent(id, BOX, "acme"));
        onlyCompletes(id, "SENT");
    }

    @Test
    void a_process_that_cannot_go_on_after_a_cancelled_mail_gets_an_incident_and_retry_only_completes() {
        MailId id = failedBeforeFault();

        assertThat(box.outbox.cancel(id, Then.CONTINUE, MARY, null).state()).isEqualTo(MailState.CANCELLED);

        assertThat(box.task(id).incident())
                .isEqualTo("The mail was cancelled by mary. The process could not go on after it:"
                        + " Unknown property 'nobody'");
        assertThat(box.journal.events(id)).hasSize(1);
        onlyCompletes(id, "CANCELLED");
    }

    /** Once the process is mended. */
    private void onlyCompletes(MailId id, String status) {
        int submissions = box.transport.submissions.size();
        box.queue.repair(box.task(id).id());

        box.queue.retryNow(box.task(id).id());
        box.turn();

        assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo(status);
        assertThat(box.transport.submissions).hasSize(submissions);
    }

    @Test
    void an_error_after_which_the_process_cannot_go_on_leaves_the_mail_as_it_was() {
        MailId id = failedBeforeFault();

        assertThatThrownBy(() -> box.outbox.cancel(id, Then.ERROR, MARY, null))
                .isInstanceOf(ConflictProblem.class)
                .hasMessage("The process cannot go on after EMAIL_NOT_SENT: Unknown property 'nobody'");

        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.task(id).isGone()).isFalse();
        assertThat(box.journal.events(id)).isEmpty();
    }

    @Test
    void a_database_that_is_away_for_a_moment_is_not_put_down_to_the_process() {
        MailId id = uncertain();
        RuntimeException away = new IllegalStateException(new SQLTransientConnectionException());
        box.queue.faultsByHand.add(away);

        assertThatThrownBy(() -> box.outbox.markSent(id, MARY, null)).isSameAs(away);

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
    }

    @Test
    void a_mail_parked_after_cancelling_completes_with_retry_at_its_task() {
        MailId id = box.send();
        box.outbox.cancel(id, Then.INCIDENT, MARY, null);

        box.queue.retryNow(box.task(id).id());
        box.turn();

        assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo("CANCELLED");
        assertThat(box.transport.submissions).isEmpty();
    }

    @Test
    void a_resent_mail_is_a_new_one_with_a_message_id_of_its_own() {
        MailId id = sent("ana@acme.example", "bob@acme.example");

        JournalEntry copy = box.outbox.resend(id, List.of(MailAddress.of("BOB@acme.example")), MARY, "lost");

        assertThat(copy.links().resendOf()).isEqualTo(id);
        assertThat(copy.heading().messageId())
                .isNotEqualTo(box.mail(id).heading().messageId());
        assertThat(copy.origin().processDefinitionKey()).isEqualTo("mailroom-send-email");
        assertThat(copy.origin().businessKey()).isEqualTo("C-1");
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        box.turn();
        assertThat(box.recipientStates(copy.id())).containsExactly(State.ACCEPTED);
        assertThat(box.transport.bytes.get(1))
                .startsWith("Message-ID: " + copy.heading().messageId() + "\r\n")
                .endsWith("\r\n\r\nDear Ana");
        assertThat(box.mail(copy.id()).stored().size())
                .isEqualTo(box.transport.bytes.get(1).length());
    }

    @Test
    void a_mail_is_resent_to_its_own_recipients_only() {
        MailId id = sent("ana@acme.example");

        assertThatThrownBy(() -> box.outbox.resend(id, List.of(MailAddress.of("spy@evil.example")), MARY, null))
                .isInstanceOfSatisfying(
                        ValidationProblem.class,
                        problem -> assertThat(problem.fields())
                                .containsEntry("recipients[0]", "is not a recipient of this mail"));
    }

    @Test
    void a_test_mail_goes_through_an_instance_of_its_own() {
        JournalEntry test = box.outbox.sendTest("ACME-OUT", MailAddress.of("me@example.org"), MARY);

        box.turn();

        assertThat(box.state(test.id())).isEqualTo(MailState.SENT);
        assertThat(box.queue.started).hasSize(1);
        assertThatThrownBy(() -> box.outbox.sendTest("nobody", MailAddress.of("me@example.org"), MARY))
                .isInstanceOf(NotFoundProblem.class);
    }

    @Test
    void whoever_may_not_operate_changes_nothing() {
        MailId id = box.send();
        box.missing.add(Right.OPERATE);

        assertThatThrownBy(() -> box.outbox.cancel(id, Then.CONTINUE, MARY, null))
                .isInstanceOf(ForbiddenProblem.class);

        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
    }

    @Test
    void an_unknown_mail_is_not_found() {
        assertThatThrownBy(() -> box.outbox.retry(new MailId("nobody"), MARY, null))
                .isInstanceOf(NotFoundProblem.class)
                .hasMessageContaining("nobody");
    }
}
