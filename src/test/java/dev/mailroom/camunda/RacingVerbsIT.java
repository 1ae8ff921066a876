package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailroom.access.Caller;
import dev.mailroom.outbox.Outbox;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A verb that meets another change of its task. */
class RacingVerbsIT extends EngineIT {

    @Autowired
    Outbox outbox;

    @Autowired
    JdbcClient jdbc;

    /** Changes the task in a transaction that stays open until the other one waits for it. */
    private <T> T whileSomebodyElseChanges(ProcessInstance instance, java.util.function.Supplier<T> work) {
        CompletableFuture<T> racing = transaction(() -> {
            externalTasks.setPriority(task(instance).getId(), 5);
            CompletableFuture<T> other = CompletableFuture.supplyAsync(work);
            await().until(() -> other.isDone() || somebodyIsBlocked());
            return other;
        });
        return racing.join();
    }

    private boolean somebodyIsBlocked() {
        return jdbc.sql("select count(*) from INFORMATION_SCHEMA.SESSIONS where BLOCKER_ID is not null")
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private ProcessInstance parked() {
        String key = deploy(EmailXml.line(EmailXml.task("send").with("emailUsers", "nobody-" + unique("x"))));
        return start(key, Map.of());
    }

    @Test
    void queue_tells_it_in_springs_words() {
        ProcessInstance instance = parked();
        String task = task(instance).getId();

        assertThatThrownBy(() -> whileSomebodyElseChanges(instance, () -> transaction(() -> queue.retryNow(task))))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ConcurrencyFailureException.class);
    }

    @Test
    void outbox_repeats_the_verb() {
        ProcessInstance instance = parked();
        var mail = mail(instance).id();

        whileSomebodyElseChanges(instance, () -> outbox.retry(mail, Caller.SYSTEM, null));

        assertThat(task(instance).getRetries()).isEqualTo(1);
        assertThat(task(instance).getPriority()).isEqualTo(5);
        assertThat(incident(instance)).isNull();
        assertThat(journal.events(mail))
                .filteredOn(event -> event.what().equals("retry"))
                .hasSize(1);
    }
}
