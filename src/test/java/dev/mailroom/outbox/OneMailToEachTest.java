package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static dev.mailroom.outbox.OutboxFixture.MARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.MailState;
import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue.Result;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.testing.TestDatabases;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several mails of one task: each with a place of its own in the queue, together one result. */
class OneMailToEachTest {

    private OutboxFixture box;
    private int tasks;

    @BeforeEach
    void open() {
        box = new OutboxFixture(TestDatabases.h2());
    }

    private List<MailId> send(OnFailure then, Set<String> caught, String... to) {
        String activityInstance = "act-together-" + ++tasks;
        List<MailId> ids = new ArrayList<>();
        for (String address : to) {
            SendOptions options = new SendOptions(List.of(), null, then, List.of(), ids.size() + 1);
            NewMail one = box.newMail(MailId.next(), BOX, box.queue.add(BOX, caught, null), options, address);
            Origin origin = one.origin();
            NewMail mail = new NewMail(
                    one.id(),
                    one.message(),
                    one.mailbox(),
                    one.contract(),
                    one.outboxChoice(),
                    one.tenantId(),
                    one.conversation(),
                    new Origin(
                            origin.processInstanceId(),
                            origin.processDefinitionId(),
                            origin.processDefinitionKey(),
                            origin.businessKey(),
                            origin.activityId(),
                            activityInstance,
                            origin.executionId(),
                            origin.externalTaskId()),
                    one.options(),
                    0,
                    one.links());
            box.transaction.executeWithoutResult(status -> box.outbox.enqueue(mail));
            ids.add(mail.id());
        }
        return ids;
    }

    private static final String[] THREE = {"ana@acme.example", "bob@acme.example", "eve@acme.example"};

    @Test
    void all_sent_the_last_one_tells_the_first_ones_id() {
        List<MailId> mails = send(OnFailure.INCIDENT, Set.of(), THREE);

        box.turn();

        assertThat(mails).allSatisfy(id -> assertThat(box.state(id)).isEqualTo(MailState.SENT));
        assertThat(box.transport.submissions)
                .hasSize(3)
                .allSatisfy(submission -> assertThat(submission.recipients()).hasSize(1));
        MailId first = mails.get(0);
        assertThat(box.task(mails.get(2)).result())
                .isEqualTo(new Result(first, box.mail(first).heading().messageId(), "SENT", List.of(), BOX));
    }

    @Test
    void one_refused_leaves_an_incident_of_its_own_and_retry_sends_only_that() {
        List<MailId> mails = send(OnFailure.INCIDENT, Set.of(), THREE);
        box.transport.then(BOX, ScriptedTransport.refuseAll());

        box.turn();

        assertThat(box.state(mails.get(0))).isEqualTo(MailState.FAILED);
        assertThat(box.task(mails.get(0)).incident()).contains("Every recipient was refused");
        assertThat(box.task(mails.get(1)).isGone()).isTrue();
        assertThat(box.task(mails.get(2)).isGone()).isTrue();

        box.outbox.retry(mails.get(0), MARY, null);
        box.turn();

        assertThat(box.transport.submissions).hasSize(4);
        assertThat(box.task(mails.get(0)).result().status()).isEqualTo("SENT");
    }

    @Test
    void go_on_tells_partly_sent_and_all_who_were_refused() {
        List<MailId> mails = send(OnFailure.CONTINUE, Set.of(), THREE);
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        box.transport.then(BOX, ScriptedTransport.refuseAll());

        box.turn();

        Result result = box.task(mails.get(2)).result();
        assertThat(result.status()).isEqualTo("PARTLY_SENT");
        assertThat(result.refused()).containsExactly("ana@acme.example", "bob@acme.example");
        assertThat(result.mailId()).isEqualTo(mails.get(0));
    }

    @Test
    void error_is_thrown_too_when_the_last_one_was_in_doubt() {
        for (boolean proven : List.of(true, false)) {
            List<MailId> mails = send(OnFailure.ERROR, Set.of("EMAIL_NOT_SENT", "EMAIL_REFUSED"), THREE);
            box.transport.then(BOX, ScriptedTransport.refuseAll());
            box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
            box.turn();
            MailId last = mails.get(1);
            assertThat(box.state(last)).isEqualTo(MailState.UNCERTAIN);
            assertThat(box.task(mails.get(2)).isGone()).isTrue();

            if (proven) {
                box.transaction.executeWithoutResult(
                        status -> box.parts.proofs().sent(last, "seen", List.of()));
                box.turn();
            } else {
                box.outbox.markSent(last, MARY, null);
            }

            assertThat(box.task(last).error()).as("proven: " + proven).isEqualTo("EMAIL_NOT_SENT");
        }
    }

    @Test
    void nobody_catches_it_then_the_last_one_that_was_in_doubt_asks() {
        List<MailId> mails = send(OnFailure.ERROR, Set.of(), THREE);
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
        box.turn();

        box.outbox.markSent(mails.get(1), MARY, null);

        assertThat(box.task(mails.get(1)).incident()).isEqualTo("1 of 3 mails of the task were not sent");
    }

    @Test
    void error_waits_for_the_others() {
        List<MailId> mails = send(OnFailure.ERROR, Set.of("EMAIL_NOT_SENT", "EMAIL_REFUSED"), THREE);
        box.transport.then(BOX, ScriptedTransport.refuseAll());

        box.turn();

        assertThat(mails).extracting(box::state).containsExactly(MailState.FAILED, MailState.SENT, MailState.SENT);
        assertThat(box.task(mails.get(0)).error()).isNull();
        assertThat(box.task(mails.get(2)).error()).isEqualTo("EMAIL_NOT_SENT");
        assertThat(box.task(mails.get(2)).result().status()).isEqualTo("PARTLY_SENT");
    }

    @Test
    void error_is_refused_when_everybody_was() {
        List<MailId> mails = send(OnFailure.ERROR, Set.of("EMAIL_NOT_SENT", "EMAIL_REFUSED"), THREE);
        for (MailId ignored : mails) {
            box.transport.then(BOX, ScriptedTransport.refuseAll());
        }

        box.turn();

        assertThat(box.task(mails.get(2)).error()).isEqualTo("EMAIL_REFUSED");
        assertThat(box.task(mails.get(2)).result().status()).isEqualTo("FAILED");
    }

    @Test
    void error_that_nothing_catches_is_an_incident_at_the_last_and_its_retry_goes_on() {
        List<MailId> mails = send(OnFailure.ERROR, Set.of(), THREE);
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        box.turn();
        MailId last = mails.get(2);
        assertThat(box.task(last).incident()).isEqualTo("1 of 3 mails of the task were not sent");

        box.queue.retryNow(box.task(last).id());
        box.turn();

        assertThat(box.transport.submissions).hasSize(3);
        assertThat(box.task(last).result().status()).isEqualTo("PARTLY_SENT");
    }

    @Test
    void interruption_cancels_all_that_are_not_sent() {
        List<MailId> mails = send(OnFailure.INCIDENT, Set.of(), THREE);
        box.transport.then(BOX, ScriptedTransport.accept());
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
        box.turn();
        List<MailId> waiting = send(OnFailure.INCIDENT, Set.of(), THREE);

        box.outbox.cancelForActivity("act-together-1");
        box.outbox.cancelForActivity("act-together-2");

        assertThat(mails)
                .extracting(box::state)
                .containsExactly(MailState.SENT, MailState.CANCELLED, MailState.UNCERTAIN);
        assertThat(waiting).extracting(box::state).containsOnly(MailState.CANCELLED);
    }

    @Test
    void cancelled_by_an_operator_one_mail_leaves_the_others_waiting() {
        List<MailId> mails = send(OnFailure.INCIDENT, Set.of(), THREE);

        box.outbox.cancel(mails.get(1), Outbox.Then.CONTINUE, MARY, null);
        assertThat(box.task(mails.get(0)).isGone()).isFalse();
        box.turn();

        assertThat(mails).extracting(box::state).containsExactly(MailState.SENT, MailState.CANCELLED, MailState.SENT);
        assertThat(box.task(mails.get(2)).result().status()).isEqualTo("PARTLY_SENT");
    }

    @Test
    void sent_again_a_mail_stands_alone() {
        List<MailId> mails = send(OnFailure.CONTINUE, Set.of(), THREE);
        box.turn();

        MailId copy = box.outbox.resend(mails.get(1), List.of(), MARY, null).id();
        box.turn();

        assertThat(box.task(copy).result().mailId()).isEqualTo(copy);
    }
}
