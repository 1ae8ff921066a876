package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.testing.TestDatabases;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.PessimisticLockingFailureException;

class OutboxThreadsTest {

    private final ExecutorService senders = Executors.newCachedThreadPool();
    private final ExecutorService recorders = Executors.newFixedThreadPool(2);
    private final OutboxFixture box = new OutboxFixture(TestDatabases.h2(), senders, recorders);

    private OutboxThreads threads(Duration poll) {
        OutboxProperties settings = new OutboxProperties(poll, Duration.ofHours(9), 4, 8, 8, Duration.ofSeconds(10));
        return new OutboxThreads(box.dispatcher, box.parts.lanes(), settings, Clock.systemUTC());
    }

    @AfterEach
    void end() {
        senders.shutdownNow();
        recorders.shutdownNow();
    }

    @Test
    void a_mail_is_sent_when_its_lane_is_woken_long_before_the_next_poll() {
        OutboxThreads threads = threads(Duration.ofHours(2));
        threads.start();
        await().until(() -> box.queue.composings > 0);

        MailId id = box.send();

        await().atMost(Duration.ofSeconds(10)).until(() -> box.state(id) == MailState.SENT);
        threads.stop();
        assertThat(threads.isRunning()).isFalse();
    }

    @Test
    void a_poll_finds_what_nobody_announced() {
        MailId id = box.send();
        box.parts.lanes().lane(BOX).takeDirty();
        OutboxThreads threads = threads(Duration.ofMillis(50));
        threads.start();

        await().atMost(Duration.ofSeconds(10)).until(() -> box.state(id) == MailState.SENT);
        threads.stop();
    }

    @Test
    void a_claim_that_met_another_change_is_repeated_long_before_the_next_poll() {
        OutboxThreads threads = threads(Duration.ofHours(2));
        threads.start();
        await().until(() -> box.queue.composings > 0);
        box.queue.duringClaims.add(() -> {
            throw new PessimisticLockingFailureException("for the test", null);
        });

        MailId id = box.send();

        await().atMost(Duration.ofSeconds(10)).until(() -> box.state(id) == MailState.SENT);
        threads.stop();
    }

    @Test
    void a_stop_lets_the_mail_being_sent_end_and_gives_the_others_back() throws InterruptedException {
        box.registry.put(OutputForm.of(BOX).connections(1).mailbox());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        box.transport.then(BOX, (submission, gate) -> {
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ScriptedTransport.accept().answer(submission, gate);
        });
        MailId first = box.send();
        MailId second = box.send();
        OutboxThreads threads = threads(Duration.ofMillis(50));
        threads.start();
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

        Thread stopping = new Thread(threads::stop);
        stopping.start();
        await().until(() ->
                box.state(second) == MailState.QUEUED && box.task(second).worker() == null);
        go.countDown();
        stopping.join(10_000);

        assertThat(box.state(first)).isEqualTo(MailState.SENT);
        assertThat(box.state(second)).isEqualTo(MailState.QUEUED);
        assertThat(box.transport.submissions).hasSize(1);
    }
}
