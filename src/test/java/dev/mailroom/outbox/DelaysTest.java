package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static dev.mailroom.outbox.OutboxFixture.MARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.testing.TestDatabases;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mails that wait for hours say so at their task. */
class DelaysTest {

    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(TestDatabases.h2());
    }

    private void serverIsDown(int times) {
        for (int i = 0; i < times; i++) {
            box.transport.then(BOX, ScriptedTransport.defer(Scope.SERVER, Stage.CONNECT));
        }
    }

    @Test
    void a_late_mail_is_shown_with_its_reason_until_it_is_sent() {
        serverIsDown(3);
        MailId id = box.send();
        String task = box.task(id).id();
        box.turn();

        box.later(Duration.ofHours(3));
        assertThat(box.queue.delayed).isEmpty();
        box.later(Duration.ofHours(2));
        assertThat(box.queue.delayed).containsOnlyKeys(task);
        assertThat(box.queue.delayed.get(task))
                .startsWith("The mail has been waiting since ")
                .endsWith("put off by the server");

        box.later(Duration.ofMinutes(10));
        box.later(Duration.ofMinutes(10));
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.queue.delayed).isEmpty();
    }

    @Test
    void a_mail_that_somebody_retried_is_not_late_yet() {
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        MailId id = box.send();
        box.turn();
        box.clock.advance(Duration.ofHours(9));
        serverIsDown(2);

        box.outbox.retry(id, MARY, null);
        box.turn();
        assertThat(box.queue.delayed).isEmpty();

        box.later(Duration.ofHours(5));
        assertThat(box.queue.delayed).containsOnlyKeys(box.task(id).id());
    }

    @Test
    void a_switch_that_stops_all_mail_makes_none_late() {
        OutboxFixture strict = OutboxFixture.lookingAtLeastEvery(Duration.ofMinutes(30), TestDatabases.h2(), null);
        strict.sendingEnabled = false;
        strict.send();

        for (int hour = 0; hour < 9; hour++) {
            strict.later(Duration.ofHours(1));
        }

        assertThat(strict.queue.delayed).isEmpty();
    }

    @Test
    void looks_once_a_minute() {
        serverIsDown(9);
        MailId id = box.send();
        box.turn();
        box.later(Duration.ofHours(5));
        box.queue.delayed.clear();

        box.later(Duration.ofSeconds(30));
        assertThat(box.queue.delayed).isEmpty();
        box.later(Duration.ofSeconds(31));
        assertThat(box.queue.delayed).containsOnlyKeys(box.task(id).id());
    }
}
