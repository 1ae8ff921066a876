package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mail with more recipients than a message of its mailbox may have: what one message is told says nothing of the next. */
abstract class SeveralMessagesContract extends OutboxContract {

    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(dataSource());
        recipientsPerMessage(2);
    }

    private void recipientsPerMessage(int most) {
        box.registry.put(OutputForm.of(BOX).recipients(most).mailbox());
    }

    private MailId sendTo(int recipients) {
        return box.send(IntStream.range(0, recipients)
                .mapToObj(number -> "u" + number + "@acme.example")
                .toArray(String[]::new));
    }

    /** Who was asked, message by message. */
    private List<List<String>> asked() {
        return box.transport.submissions.stream()
                .map(submission -> submission.recipients().stream()
                        .map(MailAddress::localPart)
                        .toList())
                .toList();
    }

    private static ScriptedTransport.Step putOff() {
        return ScriptedTransport.defer(Scope.RECIPIENT, Stage.RCPT);
    }

    @Test
    void refused_recipients_of_one_message_do_not_end_the_others() {
        MailId id = sendTo(5);
        box.transport.then(BOX, ScriptedTransport.refuseAll());

        box.turn();

        assertThat(asked()).containsExactly(List.of("u0", "u1"), List.of("u2", "u3"), List.of("u4"));
        assertThat(box.state(id)).isEqualTo(MailState.PARTLY_SENT);
        assertThat(box.recipientStates(id))
                .containsExactly(State.REFUSED, State.REFUSED, State.ACCEPTED, State.ACCEPTED, State.ACCEPTED);
        assertThat(Objects.requireNonNull(box.task(id).result()).refused())
                .containsExactly("u0@acme.example", "u1@acme.example");
    }

    @Test
    void the_error_is_thrown_when_every_message_was_refused() {
        String task = box.queue.add(BOX, Set.of("EMAIL_REFUSED"), null);
        MailId id = box.send(
                BOX,
                task,
                new SendOptions(List.of(), null, OnFailure.ERROR, List.of()),
                "u0@acme.example",
                "u1@acme.example",
                "u2@acme.example");
        box.transport.then(BOX, ScriptedTransport.refuseAll()).then(BOX, ScriptedTransport.refuseAll());

        box.turn();

        assertThat(asked()).hasSize(2);
        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.queue.task(task).error()).isEqualTo("EMAIL_REFUSED");
    }

    @Test
    void a_refused_text_is_refused_for_all() {
        MailId id = sendTo(5);
        box.transport.then(BOX, ScriptedTransport.refuseMessage());

        box.turn();

        assertThat(asked()).hasSize(1);
        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.recipientStates(id)).containsOnly(State.REFUSED);
    }

    @Test
    void recipients_that_are_put_off_do_not_hold_up_the_others_and_all_of_them_cost_one_attempt() {
        MailId id = sendTo(6);
        for (int i = 0; i < 3; i++) {
            box.transport.then(BOX, putOff());
        }

        box.turn();

        assertThat(asked())
                .as("each is asked once before the pause")
                .containsExactly(List.of("u0", "u1"), List.of("u2", "u3"), List.of("u4", "u5"));
        assertThat(box.state(id)).isEqualTo(MailState.RETRYING);
        assertThat(box.mail(id).progress().attempts()).isEqualTo(1);
        assertThat(box.mail(id).progress().nextTry())
                .isEqualTo(box.clock.instant().plus(Duration.ofMinutes(1)));

        box.later(Duration.ofMinutes(1));

        assertThat(asked()).hasSize(6);
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_text_that_is_put_off_goes_to_the_others_too() {
        MailId id = sendTo(4);
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DOT));
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DOT));

        box.turn();

        assertThat(asked()).containsExactly(List.of("u0", "u1"), List.of("u2", "u3"));
        assertThat(box.mail(id).progress().attempts()).isEqualTo(1);
        box.later(Duration.ofMinutes(1));
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void when_a_message_reached_somebody_those_put_off_go_on_in_a_mail_of_their_own() {
        MailId id = sendTo(6);
        box.transport.then(BOX, ScriptedTransport.accept());
        box.transport.then(BOX, putOff());
        box.transport.then(BOX, ScriptedTransport.refuseAll());

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.PARTLY_SENT);
        assertThat(box.recipientStates(id))
                .containsExactly(
                        State.ACCEPTED, State.ACCEPTED, State.DROPPED, State.DROPPED, State.REFUSED, State.REFUSED);
        assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo("PARTLY_SENT");
        JournalEntry rest = box.journal.linkedTo(id).get(0);
        assertThat(box.journal.recipients(rest.id()))
                .extracting(recipient -> recipient.address().localPart())
                .containsExactly("u2", "u3");
    }

    @Test
    void who_was_never_asked_is_not_given_up_with_the_others() {
        MailId id = box.send(
                BOX,
                box.queue.add(BOX),
                new SendOptions(List.of(Duration.ofMinutes(1)), null, OnFailure.INCIDENT, List.of()),
                "u0@acme.example",
                "u1@acme.example",
                "u2@acme.example");
        for (int i = 0; i < 4; i++) {
            box.transport.then(BOX, putOff());
        }

        box.turn();
        box.later(Duration.ofMinutes(1));

        assertThat(asked())
                .as("two tries for each")
                .containsExactly(List.of("u0", "u1"), List.of("u2"), List.of("u0", "u1"), List.of("u2"));
        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.task(id).incident()).contains("Given up after 2 attempts");
        assertThat(box.recipientStates(id)).containsOnly(State.DROPPED);

        box.queue.retryNow(box.task(id).id());
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.recipientStates(id)).containsOnly(State.ACCEPTED);
    }

    /** RFC 5321 4.5.3.1.10: the remaining ones in another transaction. */
    @Test
    void recipients_beyond_the_server_s_own_limit_follow_in_the_next_message() {
        recipientsPerMessage(50);
        MailId id = sendTo(5);
        for (SmtpReply tooMany : List.of(
                new SmtpReply(452, "4.5.3", "Error"),
                new SmtpReply(452, null, "Too many recipients received this hour"))) {
            box.transport.then(BOX, takesTwo(tooMany));
        }

        box.turn();

        assertThat(asked())
                .containsExactly(List.of("u0", "u1", "u2", "u3", "u4"), List.of("u2", "u3", "u4"), List.of("u4"));
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.mail(id).progress().attempts()).isZero();
        assertThat(box.journal.linkedTo(id)).isEmpty();
    }

    private static ScriptedTransport.Step takesTwo(SmtpReply toOthers) {
        return (submission, gate) -> {
            List<MailAddress> taken = submission.recipients().subList(0, 2);
            gate.pass(taken);
            return new Accepted(
                    ScriptedTransport.OK,
                    taken,
                    submission.recipients().stream()
                            .skip(2)
                            .map(recipient -> new RecipientReply(recipient, toOthers))
                            .toList());
        };
    }

    @Test
    void a_smaller_limit_meanwhile_forgets_nobody() {
        MailId id = sendTo(2);
        box.transport.then(BOX, putOff());
        box.turn();
        recipientsPerMessage(1);
        box.transport.then(BOX, putOff());

        box.later(Duration.ofMinutes(1));
        box.later(Duration.ofMinutes(5));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.recipientStates(id)).containsOnly(State.ACCEPTED);
    }
}
