package dev.mailroom.signals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.inbox.EmailReceived;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DoubtFound;
import dev.mailroom.outbox.EmailFailed;
import dev.mailroom.outbox.EmailSent;
import dev.mailroom.registry.MailboxFailing;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxRecovered;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Fenced;
import dev.mailroom.transport.SubmissionOutcome.NotAttempted;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MailMetricsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MailMetrics metrics = new MailMetrics(meters, new MailboxTag(2));

    private double count(String name, String... tags) {
        return meters.get(name).tags(tags).counter().count();
    }

    @Test
    void what_became_of_mails_is_counted_by_mailbox() {
        metrics.sent(new EmailSent(MailId.next(), "Acme-Out", null));
        metrics.sent(new EmailSent(MailId.next(), "acme-out", null));
        metrics.failed(new EmailFailed(MailId.next(), null, "acme"));
        metrics.received(new EmailReceived(MailId.next(), "acme-in", null, MailState.QUARANTINED, null));

        assertThat(count("mailroom.emails.sent", "mailbox", "acme-out")).isEqualTo(2);
        assertThat(count("mailroom.emails.failed", "mailbox", "none")).isEqualTo(1);
        assertThat(count("mailroom.emails.received", "mailbox", "acme-in", "state", "quarantined"))
                .isEqualTo(1);
    }

    @Test
    void submissions_are_timed_by_outcome_and_one_that_was_not_tried_is_none() {
        Failure noReply = new Failure(Scope.MESSAGE, Stage.DOT, "NO_REPLY", "", null);
        metrics.ended("acme-out", new Uncertain(noReply, Instant.EPOCH, List.of(), List.of()), Duration.ofSeconds(3));
        metrics.ended("acme-out", new Fenced(), Duration.ofSeconds(1));
        metrics.ended("acme-out", new NotAttempted(), Duration.ZERO);

        var uncertain = meters.get("mailroom.submissions")
                .tags("mailbox", "acme-out", "outcome", "uncertain")
                .timer();
        assertThat(uncertain.totalTime(TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(meters.get("mailroom.submissions").timers()).hasSize(2);
        assertThat(count("mailroom.emails.uncertain", "mailbox", "acme-out")).isEqualTo(1);
    }

    @Test
    void a_doubt_that_a_dead_node_left_counts_where_it_is_found() {
        metrics.doubtFound(new DoubtFound(MailId.next(), "Acme-Out"));

        assertThat(count("mailroom.emails.uncertain", "mailbox", "acme-out")).isEqualTo(1);
    }

    @Test
    void mailboxes_that_begin_to_fail_and_work_again_are_counted() {
        MailboxHealth health = new MailboxHealth(
                "Acme-Out", MailboxHealth.State.FAILING, null, null, null, null, null, null, false, null, null, null);
        metrics.failing(new MailboxFailing(health));
        metrics.failing(new MailboxFailing(health));
        metrics.recovered(new MailboxRecovered(health));

        assertThat(count("mailroom.mailbox.changes", "mailbox", "acme-out", "to", "failing"))
                .isEqualTo(2);
        assertThat(count("mailroom.mailbox.changes", "mailbox", "acme-out", "to", "well"))
                .isEqualTo(1);
    }

    @Test
    void too_many_mailboxes_are_counted_together() {
        for (int i = 0; i < 10; i++) {
            metrics.sent(new EmailSent(MailId.next(), "box-" + i, null));
        }

        assertThat(meters.get("mailroom.emails.sent").counters()).hasSize(3);
        assertThat(count("mailroom.emails.sent", "mailbox", "other")).isEqualTo(8);
    }
}
