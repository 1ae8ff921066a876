package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.testing.TestDatabases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With real threads: one lost server costs only its own mailbox. */
class LanesTest {

    private final ExecutorService senders = Executors.newCachedThreadPool();
    private final ExecutorService recorders = Executors.newFixedThreadPool(2);
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void stop() {
        end.countDown();
        senders.shutdownNow();
        recorders.shutdownNow();
    }

    private void theOthersGoOn(int maxThreads, int blocked) throws InterruptedException {
        OutboxFixture box = new OutboxFixture(TestDatabases.h2(), senders, recorders, null, maxThreads);
        box.registry.put(OutputForm.of("hole").connections(2).mailbox());
        box.registry.put(OutputForm.of("fine").connections(2).mailbox());
        CountDownLatch hanging = new CountDownLatch(blocked);
        List<MailId> fine = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            box.transport.then("hole", (submission, gate) -> {
                hanging.countDown();
                awaitUninterrupted();
                return ScriptedTransport.notAttempted().answer(submission, gate);
            });
            box.send("hole", box.queue.add("hole"), SendOptions.DEFAULT);
        }
        box.turn();
        assertThat(hanging.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 15; i++) {
            fine.add(box.send("fine", box.queue.add("fine"), SendOptions.DEFAULT));
        }

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            box.dispatcher.dispatchWoken();
            assertThat(fine).allSatisfy(id -> assertThat(box.state(id)).isEqualTo(MailState.SENT));
        });

        long stuck = box.transport.submissions.stream()
                .filter(submission -> submission.mailbox().key().equals("hole"))
                .count();
        assertThat(stuck).as("no more than its connections").isEqualTo(blocked);
    }

    private void awaitUninterrupted() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_black_holed_server_takes_its_own_connections_only() throws InterruptedException {
        theOthersGoOn(64, 2);
    }

    @Test
    void even_the_last_thread_is_not_taken_from_the_others() throws InterruptedException {
        theOthersGoOn(1, 1);
    }
}
