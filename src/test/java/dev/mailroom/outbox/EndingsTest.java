package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.MailId;
import dev.mailroom.testing.CountingDatabase;
import dev.mailroom.testing.TestDatabases;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.OptimisticLockingFailureException;

/** Several mails recorded together. */
class EndingsTest {

    private final Deque<Runnable> work = new ArrayDeque<>();
    private CountingDatabase database;
    private OutboxFixture box;

    @BeforeEach
    void open() {
        database = new CountingDatabase(TestDatabases.h2());
        box = new OutboxFixture(database.dataSource(), Runnable::run, work::add);
    }

    private void record() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    private List<MailId> five(String fault) {
        List<MailId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(box.send(BOX, box.queue.add(BOX, Set.of(), i == 2 ? fault : null), SendOptions.DEFAULT));
        }
        return ids;
    }

    @Test
    void mails_sent_meanwhile_are_recorded_in_one_transaction() {
        List<MailId> ids = five(null);

        box.turn();
        record();

        assertThat(ids).allSatisfy(id -> assertThat(box.task(id).result()).isNotNull());
        assertThat(box.queue.batches).isEqualTo(1);
    }

    /** Each statement is a round trip (src/docs/benchmarks.md, P2). */
    @Test
    void what_servers_took_is_written_with_three_statements_for_all() {
        List<MailId> ids = five(null);
        box.turn();

        List<String> statements = database.prepared("MAILROOM_", this::record);

        assertThat(statements)
                .satisfiesExactly(
                        sql -> assertThat(sql).startsWith("update MAILROOM_MAIL "),
                        sql -> assertThat(sql).startsWith("update MAILROOM_ATTEMPT "),
                        sql -> assertThat(sql).startsWith("update MAILROOM_RECIPIENT "));
        assertThat(ids).allSatisfy(id -> {
            assertThat(box.state(id)).isEqualTo(MailState.SENT);
            assertThat(box.journal.recipients(id)).allSatisfy(recipient -> {
                assertThat(recipient.state()).isEqualTo(RecipientEntry.State.ACCEPTED);
                assertThat(recipient.reply()).startsWith("250");
            });
            assertThat(box.journal.attempts(id)).last().satisfies(attempt -> {
                assertThat(attempt.outcome()).isEqualTo("ACCEPTED");
                assertThat(attempt.endedAt()).isNotNull();
            });
        });
    }

    @Test
    void a_mail_that_is_somebody_elses_by_now_is_not_written_with_the_others() {
        List<MailId> ids = five(null);
        box.turn();
        box.jdbc
                .sql("update MAILROOM_MAIL set EPOCH = EPOCH + 1, CLAIMED_BY = 'another' where ID = ?")
                .param(ids.get(2).value())
                .update();

        record();

        assertThat(box.state(ids.get(2))).isEqualTo(MailState.SENDING);
        assertThat(box.task(ids.get(2)).result()).isNull();
        assertThat(ids).filteredOn(id -> !id.equals(ids.get(2))).allSatisfy(id -> {
            assertThat(box.state(id)).isEqualTo(MailState.SENT);
            assertThat(box.task(id).result()).isNotNull();
        });
    }

    @Test
    void one_process_that_cannot_go_on_does_not_hold_the_others_of_its_batch() {
        List<MailId> ids = five("division by zero");

        box.turn();
        record();

        assertThat(ids).allSatisfy(id -> assertThat(box.state(id)).isEqualTo(MailState.SENT));
        assertThat(box.task(ids.get(2)).incident()).contains("could not go on");
        ids.remove(2);
        assertThat(ids).allSatisfy(id -> assertThat(box.task(id).result()).isNotNull());
        assertThat(box.events).hasSize(5);
    }

    @Test
    void an_answer_that_the_database_does_not_take_is_recorded_later() {
        MailId id = box.send();
        box.turn();
        box.jdbc.sql("alter table MAILROOM_ATTEMPT rename to ATTEMPT_AWAY").update();
        record();
        box.jdbc.sql("alter table ATTEMPT_AWAY rename to MAILROOM_ATTEMPT").update();
        assertThat(box.state(id)).isEqualTo(MailState.SENDING);

        box.turn();
        record();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.transport.submissions).hasSize(1);
    }

    @Test
    void a_completion_that_meets_the_extension_of_its_own_lease_is_no_fault_of_the_process() {
        MailId id = box.send();
        for (int i = 0; i < 3; i++) {
            box.queue.faults.add(new OptimisticLockingFailureException("the task was locked anew meanwhile"));
        }

        box.turn();
        record();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.task(id).incident()).isNull();
        assertThat(box.task(id).result()).isNotNull();
    }

    @Test
    void a_completion_that_collides_without_end_is_shown_to_somebody() {
        MailId id = box.send();
        for (int i = 0; i < 100; i++) {
            box.queue.faults.add(new OptimisticLockingFailureException("again"));
        }

        box.turn();
        record();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.task(id).incident()).contains("could not go on");
    }

    @Test
    void a_completion_during_which_the_database_stopped_is_repeated_with_a_later_turn() {
        MailId id = box.send();
        for (int i = 0; i < 2; i++) {
            box.queue.faults.add(new IllegalStateException(
                    "the engine's words", new SQLException("terminating connection", "57P01")));
        }
        box.turn();
        record();
        assertThat(box.task(id).incident()).isNull();

        box.turn();
        record();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.task(id).incident()).isNull();
        assertThat(box.task(id).result()).isNotNull();
        assertThat(box.transport.submissions).hasSize(1);
    }
}
