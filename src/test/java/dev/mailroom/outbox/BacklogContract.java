package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is next while more waits for a mailbox than one batch. */
abstract class BacklogContract extends OutboxContract {

    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(dataSource());
    }

    private void newsletters(int count) {
        for (int i = 0; i < count; i++) {
            box.sendFor("newsletter");
        }
    }

    private int placeOf(MailId id) {
        String messageId = String.valueOf(box.mail(id).heading().messageId());
        List<String> sent = box.transport.bytes;
        return sent.indexOf(sent.stream()
                .filter(bytes -> bytes.contains(messageId))
                .findFirst()
                .orElseThrow());
    }

    @Test
    void that_of_one_contract_does_not_hold_up_another_one_at_the_same_mailbox() {
        newsletters(120);
        MailId answer = box.sendFor("beta");
        MailId ofNobody = box.sendFor(null);

        box.turn();

        assertThat(box.transport.submissions).hasSize(122);
        assertThat(placeOf(answer)).as("place of the answer").isBetween(0, 40);
        assertThat(placeOf(ofNobody)).as("place of a mail without contract").isBetween(0, 40);
    }

    @Test
    void within_a_contract_the_highest_priority_goes_first() {
        newsletters(60);
        List<MailId> usual =
                Stream.generate(() -> box.sendFor("beta")).limit(60).toList();
        MailId urgent = box.sendFor("newsletter", 5);
        MailId low = box.sendFor("beta", -1);
        newsletters(10);

        box.turn();

        assertThat(placeOf(urgent)).as("place of the urgent one").isBetween(0, 20);
        assertThat(usual).allSatisfy(mail -> assertThat(placeOf(mail)).isLessThan(placeOf(low)));
    }

    @Test
    void what_is_tried_again_later_is_listed_when_its_time_has_come() {
        MailId deferred = box.send();
        box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));
        box.turn();
        box.clock.advance(Duration.ofSeconds(1));
        MailId fresh = box.send();

        assertThat(due()).containsExactly(box.task(fresh).id());
        box.clock.advance(Duration.ofHours(1));
        assertThat(due())
                .as("the oldest first, whichever state they wait in")
                .containsExactly(box.task(deferred).id(), box.task(fresh).id());
    }

    private List<String> due() {
        return box.waiting.dueTasks(BOX, "acme", box.clock.instant(), 10);
    }

    @Test
    void a_node_whose_fetch_another_one_was_quicker_with_does_not_wait_for_the_next_turn() {
        newsletters(100);
        box.queue.lostFetches = 1;

        box.turn();

        assertThat(box.transport.submissions).hasSize(100);
    }

    @Test
    void it_is_listed_instead_of_fetched_anew_with_each_claim() {
        newsletters(400);

        box.turn();

        assertThat(box.transport.submissions).hasSize(400);
        assertThat(box.queue.fetches)
                .as("fetches, each of which sorts all that wait")
                .isLessThan(10);
    }

    @Test
    void a_mail_whose_node_died_does_not_wait_for_its_end() {
        MailId left = box.send();
        OutboxFixture dying = new OutboxFixture(dataSource(), Runnable::run, never -> {}, box);
        dying.transport.then(BOX, ScriptedTransport.notAttempted());
        dying.turn();
        assertThat(box.state(left)).isEqualTo(MailState.SENDING);
        box.jdbc.sql("delete from MAILROOM_LANE_SHARE").update();
        box.transport.bytes.clear();
        newsletters(400);
        box.clock.advance(Duration.ofMinutes(2).minusSeconds(2));
        for (int i = 0; i < 400; i++) {
            box.transport.then(BOX, (submission, gate) -> {
                box.clock.advance(Duration.ofMillis(100));
                return ScriptedTransport.accept().answer(submission, gate);
            });
        }

        box.turn();

        assertThat(box.state(left)).isEqualTo(MailState.SENT);
        // Its lease ended with about the twentieth of 400.
        assertThat(placeOf(left)).isBetween(20, 250);
    }
}
