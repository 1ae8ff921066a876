package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.Origin;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import dev.mailroom.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions, fencing, crashes and races, whatever the database. */
abstract class RowsContract extends OutboxContract {

    private static final List<MailAddress> ANA = List.of(MailAddress.of("ana@acme.example"));
    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(dataSource());
    }

    private boolean gate(MailId id, int epoch) {
        return Boolean.TRUE.equals(
                box.transaction.execute(status -> box.rows.gate(id, epoch, ANA, box.clock.instant())));
    }

    private void interrupt(MailId id) {
        box.outbox.cancelForActivity("act-" + id);
    }

    private long count(String table) {
        return box.jdbc.sql("select count(*) from " + table).query(Long.class).single();
    }

    @Test
    void a_rolled_back_process_leaves_no_mail_and_no_bytes() {
        NewMail mail = box.newMail(MailId.next(), BOX, box.queue.add(BOX), SendOptions.DEFAULT);
        long mails = count("MAILROOM_MAIL");
        long contents = count("MAILROOM_CONTENT");

        box.transaction.executeWithoutResult(status -> {
            box.outbox.enqueue(mail);
            status.setRollbackOnly();
        });

        assertThat(box.journal.find(mail.id())).isEmpty();
        assertThat(count("MAILROOM_MAIL")).isEqualTo(mails);
        assertThat(count("MAILROOM_CONTENT")).isEqualTo(contents);
        assertThat(box.parts.lanes().lane(BOX).isDirty()).as("nobody was woken").isFalse();
    }

    @Test
    void a_committed_mail_wakes_its_lane() {
        MailId id = box.send();

        assertThat(box.parts.lanes().lane(BOX).isDirty()).isTrue();
        box.dispatcher.dispatchWoken();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void of_two_mails_of_one_task_that_end_at_once_one_sees_that_it_is_the_last() throws Exception {
        MailId one = box.send();
        MailId other = box.send();
        String together = "act-together-" + one;
        box.jdbc
                .sql("update MAILROOM_MAIL set ACTIVITY_INSTANCE_ID = ? where ID in (?, ?)")
                .params(together, one.value(), other.value())
                .update();
        ExecutorService second = Executors.newSingleThreadExecutor();

        Future<Boolean> othersOpen = box.transaction.execute(status -> {
            box.rows.lockTask(together);
            Future<Boolean> later = second.submit(() -> box.transaction.execute(inner -> {
                box.rows.lockTask(together);
                box.rows.finish(other, MailState.SENT, null, box.clock.instant());
                return box.rows.hasOpenOthers(together, other);
            }));
            assertThat(box.rows.hasOpenOthers(together, one)).isTrue();
            box.rows.finish(one, MailState.SENT, null, box.clock.instant());
            return later;
        });

        assertThat(othersOpen.get()).isFalse();
        assertThat(box.rows.of(together)).extracting(mail -> mail.id()).containsExactlyInAnyOrder(one, other);
        second.shutdown();
    }

    @Test
    void mails_that_wait_are_found_by_how_long_they_do() {
        MailId id = box.send();
        String task = box.task(id).id();

        Instant soon = box.clock.instant().plusSeconds(1);
        assertThat(box.waiting.since(BOX, soon)).containsEntry(task, id);
        assertThat(box.waiting.since(BOX, soon, null, 1000)).contains(id);
        assertThat(box.waiting.since(BOX, soon, id, 1000)).doesNotContain(id);
        assertThat(box.waiting.since("other-out", soon)).doesNotContainKey(task);
        assertThat(box.waiting.since(BOX, box.clock.instant().minusSeconds(1))).doesNotContainKey(task);
        assertThat(box.waiting.oldest()).containsKey(BOX);
        box.turn();
        assertThat(box.waiting.since(BOX, soon)).doesNotContainKey(task);
    }

    @Test
    void the_gate_lets_its_holder_through_once() {
        MailId id = box.send();
        box.transport.then(BOX, (submission, gate) -> {
            assertThat(gate.pass(ANA)).isTrue();
            assertThat(gate.pass(ANA)).as("one dot for one mark").isFalse();
            assertThat(gate(id, 0)).as("an older epoch").isFalse();
            assertThat(gate(id, 2)).as("an epoch that does not exist yet").isFalse();
            return ScriptedTransport.uncertain(box.clock).answer(submission, accepted -> true);
        });

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
    }

    @Test
    void a_second_claim_fences_the_first() {
        MailId id = box.send();
        box.transport.then(BOX, (submission, gate) -> {
            box.clock.advance(Duration.ofMinutes(3));
            box.queue.retryNow(box.task(id).id());
            OutboxFixture other = new OutboxFixture(dataSource(), Runnable::run, Runnable::run, box);
            other.turn();
            assertThat(other.state(id)).isEqualTo(MailState.SENT);
            return ScriptedTransport.accept().answer(submission, gate);
        });

        box.turn();

        assertThat(box.lastOutcome(id)).isEqualTo("ACCEPTED");
        assertThat(box.journal.attempts(id)).extracting(a -> a.outcome()).containsExactly("FENCED", "ACCEPTED");
        assertThat(box.mail(id).progress().epoch()).isEqualTo(2);
    }

    @Test
    void a_crash_before_the_dot_is_sent_again() {
        MailId id = box.send();
        crash(id, false);

        box.later(Duration.ofMinutes(3));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.transport.submissions).hasSize(2);
    }

    @Test
    void a_crash_after_the_dot_mark_is_uncertain() {
        MailId id = box.send();
        crash(id, true);

        box.later(Duration.ofMinutes(3));

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.task(id).incident()).startsWith("Probably sent at 14:09:48 UTC to smtp.x");
        assertThat(box.transport.submissions).hasSize(1);
    }

    @Test
    void a_crash_after_the_dot_mark_is_sent_again_where_the_mailbox_says_so() {
        box.registry.put(OutputForm.of(BOX).onUncertain(OnUncertain.RESEND).mailbox());
        MailId id = box.send();
        crash(id, true);

        box.later(Duration.ofMinutes(3));
        assertThat(box.state(id)).isEqualTo(MailState.RETRYING);
        box.later(Duration.ofMinutes(1));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    /** A node that claims, perhaps passes the gate, and is never heard of again. */
    private void crash(MailId id, boolean pastTheGate) {
        // The connections of one that went before it are free again, as they would be after a while.
        box.jdbc.sql("delete from MAILROOM_LANE_SHARE").update();
        OutboxFixture node = new OutboxFixture(dataSource(), Runnable::run, never -> {}, box);
        node.transport.then(BOX, (submission, gate) -> {
            if (pastTheGate) {
                assertThat(gate.pass(ANA)).isTrue();
            }
            return ScriptedTransport.notAttempted().answer(submission, gate);
        });
        node.turn();
        assertThat(node.state(id)).isEqualTo(MailState.SENDING);
    }

    @Test
    void a_late_250_turns_uncertain_into_sent_and_the_process_goes_on() {
        MailId id = box.send();
        box.transport.then(BOX, (submission, gate) -> {
            boolean passed = gate.pass(submission.recipients());
            box.clock.advance(Duration.ofMinutes(3));
            box.queue.retryNow(box.task(id).id());
            new OutboxFixture(dataSource(), Runnable::run, Runnable::run, box).turn();
            assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
            assertThat(box.task(id).incident())
                    .as("the other node asks already")
                    .startsWith("Probably sent");
            return ScriptedTransport.accept().answer(submission, accepted -> passed);
        });

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.task(id).incident()).isNull();
        assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo("SENT");
        assertThat(box.lastOutcome(id)).isEqualTo("ACCEPTED");
    }

    @Test
    void an_interrupted_task_cancels_what_is_not_sent() {
        MailId queued = box.send();
        MailId uncomposed = MailId.next();
        box.outbox.enqueueUncomposed(
                uncomposed,
                new Origin(null, null, null, null, null, "act-" + uncomposed, null, "t"),
                "acme",
                null,
                new Reason("NO_USER", "No user 'ana'"),
                SendOptions.DEFAULT);
        MailId sent = box.send();
        box.jdbc
                .sql("update MAILROOM_MAIL set STATE = 'SENT' where ID = ?")
                .param(sent.value())
                .update();

        List.of(queued, uncomposed, sent).forEach(this::interrupt);

        assertThat(box.state(queued)).isEqualTo(MailState.CANCELLED);
        assertThat(box.state(uncomposed)).isEqualTo(MailState.CANCELLED);
        assertThat(box.state(sent)).isEqualTo(MailState.SENT);
    }

    @Test
    void an_interrupted_task_leaves_nobody_waiting_and_a_failed_mail_cancelled_with_what_it_failed_of() {
        MailId queued = box.send("ana@acme.example", "bob@acme.example");
        MailId failed = box.send("ana@acme.example");
        box.transport.then(BOX, ScriptedTransport.acceptBut("ana@acme.example", ScriptedTransport.LATER));
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        box.turn();
        assertThat(box.recipientStates(queued)).containsExactly(State.WAITING, State.ACCEPTED);
        assertThat(box.state(failed)).isEqualTo(MailState.FAILED);

        interrupt(queued);
        interrupt(failed);

        assertThat(box.recipientStates(queued)).containsExactly(State.DROPPED, State.ACCEPTED);
        assertThat(box.recipientStates(failed)).containsExactly(State.REFUSED);
        assertThat(box.state(failed)).isEqualTo(MailState.CANCELLED);
        assertThat(box.mail(failed).progress().reason())
                .isEqualTo(new Reason(
                        "INTERRUPTED",
                        "Its task was interrupted. The mail had failed before: Every recipient was refused"));
        assertThat(box.journal.events(failed)).singleElement().satisfies(event -> {
            assertThat(event.what()).isEqualTo("cancel");
            assertThat(event.comment()).contains("had failed before: Every recipient was refused");
        });
    }

    @Test
    void interrupted_before_the_dot_nothing_goes_out() {
        MailId id = box.send();
        box.transport.then(BOX, (submission, gate) -> {
            interrupt(id);
            box.queue.remove(box.task(id).id());
            return ScriptedTransport.accept().answer(submission, gate);
        });

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.CANCELLED);
        assertThat(box.lastOutcome(id)).isEqualTo("FENCED");
    }

    @Test
    void interrupted_behind_the_dot_the_answer_still_counts() {
        MailId id = box.send();
        box.transport.then(BOX, (submission, gate) -> {
            boolean passed = gate.pass(submission.recipients());
            interrupt(id);
            box.queue.remove(box.task(id).id());
            assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
            return ScriptedTransport.accept().answer(submission, accepted -> passed);
        });

        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void of_cancellation_and_gate_exactly_one_wins() throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 30; i++) {
                MailId id = box.send();
                crash(id, false);
                CountDownLatch start = new CountDownLatch(1);
                Future<Boolean> passed = two.submit(() -> {
                    start.await();
                    return gate(id, 1);
                });
                Future<?> cancelled = two.submit(() -> {
                    start.await();
                    interrupt(id);
                    return null;
                });
                start.countDown();
                cancelled.get();

                assertThat(box.state(id)).isEqualTo(passed.get() ? MailState.UNCERTAIN : MailState.CANCELLED);
            }
        } finally {
            two.shutdownNow();
        }
    }

    @Test
    void a_mail_composed_at_last_is_queued_under_its_old_place_in_the_journal() {
        MailId id = MailId.next();
        String task = box.queue.add(BOX);
        Origin origin = new Origin("pi", null, null, null, "confirm", "act-" + id, null, task);
        box.outbox.enqueueUncomposed(
                id, origin, "acme", null, new Reason("NO_USER", "No user 'ana'"), SendOptions.DEFAULT);
        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.outbox.verbs(box.mail(id))).containsExactly("retry", "mark-sent", "cancel");
        assertThat(box.events).containsExactly(new EmailFailed(id, null, "acme"));
        var createdAt = box.mail(id).createdAt();
        box.clock.advance(Duration.ofHours(1));

        box.outbox.stillUncomposed(id, new Reason("NO_USER", "No user 'bob'"));
        assertThat(Objects.requireNonNull(box.mail(id).progress().reason()).text())
                .isEqualTo("No user 'bob'");
        assertThat(box.outbox.uncomposedAt(task)).isEqualTo(id);
        box.outbox.composedAtLast(box.newMail(id, BOX, task, SendOptions.DEFAULT));
        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
        assertThatThrownBy(() -> box.outbox.uncomposedAt(task))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(task);
        assertThat(box.mail(id).createdAt()).isEqualTo(createdAt);
        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void figures_count_what_waits() {
        String key = "figures-out";
        box.registry.put(OutputForm.of(key).enabled(false).mailbox());
        box.send(key, box.queue.add(key), SendOptions.DEFAULT);
        box.clock.advance(Duration.ofHours(1));
        box.send(key, box.queue.add(key), SendOptions.DEFAULT);
        OutboxFigures figures = new OutboxFigures(box.jdbc);

        OutboxFigures.Waiting waiting = new OutboxFigures.Waiting(2, SettableClock.START);
        assertThat(figures.waiting("FIGURES-OUT")).isEqualTo(waiting);
        assertThat(figures.waiting()).containsEntry(key, waiting);
        assertThat(figures.waiting("nobody")).isEqualTo(OutboxFigures.Waiting.NOTHING);
        assertThat(figures.countsPerState().get(MailState.QUEUED)).isGreaterThanOrEqualTo(2);
        assertThat(new OutboxUsage(box.jdbc).usesOf(box.registry.output(key).orElseThrow()))
                .extracting(use -> use.count())
                .containsExactly(2L);
    }
}
