package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.outbox.DeliveryQueue.Completion;
import dev.mailroom.outbox.DeliveryQueue.Detached;
import dev.mailroom.outbox.DeliveryQueue.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What the outbox relies on in its queue. Every implementation runs it, and so does the fake that the other tests use,
 * so that these say something about the real one.
 */
public abstract class DeliveryQueueContract {

    private static final Duration LEASE = Duration.ofMinutes(1);

    /** A lane that no other test uses. */
    private final String lane = "box-" + UUID.randomUUID().toString().substring(0, 8);

    protected abstract DeliveryQueue queue();

    /** A task that waits in the lane. @return its id */
    protected abstract String waiting(String mailboxKey);

    /** The same, in a process that catches this BPMN error. */
    protected abstract String waitingWhereCaught(String mailboxKey, String errorCode);

    /** The same, in a process that throws as soon as the task completes. */
    protected abstract String waitingBeforeFault(String mailboxKey);

    protected abstract boolean isWaiting(String taskId);

    /** Text of the task's incident. */
    protected abstract Optional<String> incident(String taskId);

    /** Suspends the task's instance, or activates it again. */
    protected abstract void suspend(String taskId, boolean suspended);

    /** Moves the queue's time. */
    protected abstract void letPass(Duration duration);

    protected abstract <T> T inTransaction(Supplier<T> work);

    private static Result result() {
        return new Result(MailId.next(), "<a@b.example>", "SENT", List.of(), "box");
    }

    private Claim claim() {
        List<Claim> claims = inTransaction(() -> queue().claim(lane, 10, LEASE));
        assertThat(claims).hasSize(1);
        return claims.get(0);
    }

    private boolean isClaimable() {
        boolean told = inTransaction(() -> queue().lanesWithWork()).contains(lane);
        boolean claimed = !inTransaction(() -> queue().claim(lane, 10, LEASE)).isEmpty();
        assertThat(told).as("the lane is told exactly when it has work").isEqualTo(claimed);
        return claimed;
    }

    private void run(Runnable work) {
        inTransaction(() -> {
            work.run();
            return true;
        });
    }

    @Test
    public void a_claimed_task_belongs_to_one_worker_until_its_lease_ends() {
        String task = waiting(lane);

        Claim claim = claim();

        assertThat(claim.taskId()).isEqualTo(task);
        assertThat(claim.mailboxKey()).isEqualTo(lane);
        assertThat(isClaimable()).isFalse();
        letPass(LEASE.plusSeconds(1));
        Claim next = claim();
        assertThat(next.taskId()).isEqualTo(task);
        assertThat(next.workerId()).as("new for each claim").isNotEqualTo(claim.workerId());
    }

    @Test
    public void a_claim_takes_no_more_than_asked_and_only_of_its_lane() {
        waiting(lane);
        waiting(lane);
        waiting(lane + "-2");

        assertThat(inTransaction(() -> queue().claim(lane, 1, LEASE))).hasSize(1);
        assertThat(inTransaction(() -> queue().claim(lane, 5, LEASE))).hasSize(1);
    }

    @Test
    public void of_the_tasks_asked_for_it_takes_those_that_wait_in_the_lane_and_nobody_holds() {
        String free = waiting(lane);
        String held = waiting(lane);
        String elsewhere = waiting(lane + "-2");
        inTransaction(() -> queue().claim(lane, List.of(held), LEASE));

        List<Claim> claims = inTransaction(() -> queue().claim(lane, List.of(free, held, elsewhere, "gone"), LEASE));

        assertThat(claims).extracting(Claim::taskId).containsExactly(free);
        assertThat(isClaimable()).isFalse();
        letPass(LEASE.plusSeconds(1));
        assertThat(inTransaction(() -> queue().claim(lane, List.of(free, held), LEASE)))
                .hasSize(2);
    }

    @Test
    public void who_asks_for_tasks_that_another_one_is_just_taking_gets_nothing_and_does_not_wait() {
        List<String> both = List.of(waiting(lane), waiting(lane));
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            List<Claim> first = inTransaction(() -> {
                List<Claim> claims = queue().claim(lane, both, LEASE);
                assertThat(CompletableFuture.supplyAsync(
                                () -> inTransaction(() -> queue().claim(lane, both, LEASE)), other))
                        .as("before the first one committed")
                        .succeedsWithin(Duration.ofSeconds(30))
                        .isEqualTo(List.of());
                return claims;
            });

            assertThat(first).hasSize(2);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    public void a_task_with_an_incident_is_not_taken_however_it_is_asked_for() {
        String task = waiting(lane);
        Claim claim = claim();
        run(() -> queue().giveUp(claim, "no", "details"));

        assertThat(inTransaction(() -> queue().claim(lane, List.of(task), LEASE)))
                .isEmpty();
    }

    @Test
    public void a_claim_that_is_rolled_back_took_nothing() {
        waiting(lane);

        assertThatThrownBy(() -> run(() -> {
                    queue().claim(lane, 1, LEASE);
                    throw new IllegalStateException("lost");
                }))
                .hasMessage("lost");

        assertThat(isClaimable()).isTrue();
    }

    @Test
    public void a_lease_is_extended_by_its_holder_only() {
        waiting(lane);
        Claim first = claim();
        letPass(Duration.ofSeconds(40));
        assertThat(inTransaction(() -> queue().extend(first, LEASE))).isTrue();
        letPass(Duration.ofSeconds(40));
        assertThat(isClaimable()).isFalse();

        letPass(Duration.ofSeconds(40));
        claim();
        assertThat(inTransaction(() -> queue().extend(first, LEASE))).isFalse();
    }

    @Test
    public void a_released_task_waits_its_delay() {
        waiting(lane);
        Claim claim = claim();

        run(() -> queue().release(claim, Duration.ofSeconds(30)));

        assertThat(isClaimable()).isFalse();
        letPass(Duration.ofSeconds(31));
        Claim again = claim();
        run(() -> queue().release(again, Duration.ZERO));
        assertThat(isClaimable()).isTrue();
    }

    @Test
    public void one_task_can_be_taken_out_of_its_pause() {
        String task = waiting(lane);
        run(() -> queue().release(claim(), Duration.ofHours(4)));

        Optional<Claim> taken = inTransaction(() -> queue().take(task, lane, LEASE));

        assertThat(taken).map(Claim::taskId).contains(task);
        assertThat(isClaimable()).isFalse();
        run(() -> queue().giveUp(taken.orElseThrow(), "too old", ""));
        assertThat(incident(task)).contains("too old");
        run(() -> queue().completeByHand(task, result()));
        assertThat(inTransaction(() -> queue().take(task, lane, LEASE))).isEmpty();
    }

    @Test
    public void a_completed_task_is_gone() {
        String task = waiting(lane);
        Claim claim = claim();

        run(() -> queue().complete(claim, result()));

        assertThat(isWaiting(task)).isFalse();
    }

    @Test
    public void several_complete_together_or_not_at_all() {
        String good = waiting(lane);
        Claim first = claim();
        String bad = waitingBeforeFault(lane);
        Claim second = claim();
        List<Completion> both = List.of(new Completion(first, result()), new Completion(second, result()));

        assertThatThrownBy(() -> run(() -> queue().completeAll(both))).isInstanceOf(RuntimeException.class);
        assertThat(isWaiting(good)).isTrue();
        assertThat(isWaiting(bad)).isTrue();

        run(() -> queue().completeAll(both.subList(0, 1)));
        assertThat(isWaiting(good)).isFalse();
    }

    @Test
    public void a_task_given_up_has_an_incident_and_waits_for_retry() {
        String task = waiting(lane);
        Claim claim = claim();

        run(() -> queue().giveUp(claim, "The mail was not sent", "details"));

        assertThat(incident(task)).contains("The mail was not sent");
        assertThat(isClaimable()).isFalse();
        assertThat(inTransaction(() -> queue().retryNow(task))).isTrue();
        assertThat(incident(task)).isEmpty();
        assertThat(isClaimable()).isTrue();
    }

    @Test
    public void an_error_ends_the_task_where_it_is_caught_and_else_does_nothing() {
        String caught = waitingWhereCaught(lane, "EMAIL_REFUSED");
        Claim first = claim();
        assertThat(inTransaction(() -> queue().throwError(first, "EMAIL_REFUSED", "refused", result())))
                .isTrue();
        assertThat(isWaiting(caught)).isFalse();

        String uncaught = waiting(lane);
        Claim second = claim();
        assertThat(inTransaction(() -> queue().throwError(second, "EMAIL_REFUSED", "refused", result())))
                .isFalse();
        assertThat(isWaiting(uncaught)).isTrue();
        run(() -> queue().giveUp(second, "refused", ""));
        assertThat(incident(uncaught)).isPresent();
    }

    @Test
    public void by_hand_a_task_completes_whoever_holds_it() {
        String task = waiting(lane);
        claim();

        assertThat(inTransaction(() -> queue().completeByHand(task, result()))).isTrue();

        assertThat(isWaiting(task)).isFalse();
        assertThat(inTransaction(() -> queue().completeByHand(task, result()))).isFalse();
        assertThat(inTransaction(() -> queue().retryNow(task))).isFalse();
        assertThat(inTransaction(() -> queue().parkByHand(task, "x"))).isFalse();
    }

    @Test
    public void by_hand_an_error_is_thrown_only_where_it_is_caught() {
        String caught = waitingWhereCaught(lane, "EMAIL_NOT_SENT");
        String uncaught = waiting(lane);

        assertThat(inTransaction(() -> queue().throwErrorByHand(caught, "EMAIL_NOT_SENT", "m", result())))
                .isTrue();
        assertThat(inTransaction(() -> queue().throwErrorByHand(uncaught, "EMAIL_NOT_SENT", "m", result())))
                .isFalse();

        assertThat(isWaiting(caught)).isFalse();
        assertThat(isWaiting(uncaught)).isTrue();
    }

    @Test
    public void by_hand_a_task_is_parked_with_an_incident() {
        String task = waiting(lane);

        assertThat(inTransaction(() -> queue().parkByHand(task, "cancelled by mary")))
                .isTrue();

        assertThat(incident(task)).contains("cancelled by mary");
        assertThat(isClaimable()).isFalse();
    }

    @Test
    public void by_hand_nothing_is_done_while_the_instance_is_suspended() {
        String task = waitingWhereCaught(lane, "EMAIL_NOT_SENT");
        run(() -> queue().giveUp(claim(), "refused", ""));
        suspend(task, true);

        assertThatThrownBy(() -> inTransaction(() -> queue().completeByHand(task, result())))
                .isInstanceOf(InstanceSuspendedException.class);
        assertThatThrownBy(() -> inTransaction(() -> queue().parkByHand(task, "cancelled by mary")))
                .isInstanceOf(InstanceSuspendedException.class);
        assertThatThrownBy(() ->
                        inTransaction(() -> queue().throwErrorByHand(task, "EMAIL_NOT_SENT", "cancelled", result())))
                .isInstanceOf(InstanceSuspendedException.class);

        assertThat(isWaiting(task)).isTrue();
        assertThat(incident(task)).contains("refused");
        suspend(task, false);
        assertThat(inTransaction(() -> queue().completeByHand(task, result()))).isTrue();
    }

    @Test
    public void retried_while_its_instance_is_suspended_a_task_is_claimable_once_that_is_activated() {
        String task = waiting(lane);
        run(() -> queue().giveUp(claim(), "refused", ""));
        suspend(task, true);

        assertThat(inTransaction(() -> queue().retryNow(task))).isTrue();

        assertThat(incident(task)).isEmpty();
        assertThat(inTransaction(() -> queue().claim(lane, 10, LEASE))).isEmpty();
        suspend(task, false);
        assertThat(isClaimable()).isTrue();
    }

    @Test
    public void by_hand_a_process_that_cannot_go_on_says_why_and_its_task_can_be_parked_afterwards() {
        String task = waitingBeforeFault(lane);
        run(() -> queue().giveUp(claim(), "refused", ""));

        assertThatThrownBy(() -> inTransaction(() -> queue().completeByHand(task, result())))
                .isInstanceOf(RuntimeException.class)
                .isNotInstanceOf(InstanceSuspendedException.class);

        assertThat(isWaiting(task)).isTrue();
        assertThat(incident(task)).contains("refused");
        assertThat(inTransaction(() -> queue().parkByHand(task, "could not go on")))
                .isTrue();
        assertThat(incident(task)).contains("could not go on");
    }

    @Test
    public void a_mail_of_no_task_gets_one() {
        MailId id = MailId.next();

        Origin origin =
                inTransaction(() -> queue().startDetached(id, lane, new Detached("acme", "C-1", null, "a test", 0)));

        Claim claim = claim();
        assertThat(claim.taskId()).isEqualTo(origin.externalTaskId());
        assertThat(origin.processInstanceId()).isNotNull();
        run(() -> queue().complete(claim, result()));
        assertThat(isWaiting(claim.taskId())).isFalse();
    }

    @Test
    public void a_mail_of_no_task_keeps_its_priority() {
        detached(0);
        Origin urgent = detached(5);

        assertThat(inTransaction(() -> queue().claim(lane, 1, LEASE)))
                .extracting(Claim::taskId)
                .containsExactly(urgent.externalTaskId());
    }

    private Origin detached(long priority) {
        return inTransaction(() ->
                queue().startDetached(MailId.next(), lane, new Detached("acme", "C-1", null, "a test", priority)));
    }
}
