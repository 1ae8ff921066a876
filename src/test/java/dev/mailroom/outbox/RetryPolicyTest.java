package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.registry.OutputMailbox;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final OutputMailbox MAILBOX = OutputForm.of("box")
            .retries(Duration.ofMinutes(1), Duration.ofMinutes(10))
            .mailbox();
    private final RetryPolicy exact = new RetryPolicy(() -> 0.5);

    private static SendOptions retries(Duration... delays) {
        return new SendOptions(List.of(delays), null, OnFailure.INCIDENT, List.of());
    }

    @Test
    void the_last_delay_of_the_mailbox_repeats() {
        assertThat(exact.next(SendOptions.DEFAULT, MAILBOX, 1, Duration.ZERO)).contains(Duration.ofMinutes(1));
        assertThat(exact.next(SendOptions.DEFAULT, MAILBOX, 2, Duration.ZERO)).contains(Duration.ofMinutes(10));
        assertThat(exact.next(SendOptions.DEFAULT, MAILBOX, 99, Duration.ZERO)).contains(Duration.ofMinutes(10));
    }

    @Test
    void a_list_of_the_task_ends() {
        SendOptions twice = retries(Duration.ofSeconds(10), Duration.ofSeconds(10));

        assertThat(exact.next(twice, MAILBOX, 2, Duration.ZERO)).contains(Duration.ofSeconds(10));
        assertThat(exact.next(twice, MAILBOX, 3, Duration.ZERO)).isEmpty();
        assertThat(exact.next(retries(), MAILBOX, 1, Duration.ZERO)).isEmpty();
    }

    @Test
    void no_try_comes_after_the_age_at_which_a_mail_is_given_up() {
        Duration almost = Duration.ofDays(5).minusSeconds(30);

        assertThat(exact.next(SendOptions.DEFAULT, MAILBOX, 9, almost)).contains(Duration.ofSeconds(30));
        assertThat(exact.next(SendOptions.DEFAULT, MAILBOX, 9, almost.plusSeconds(30)))
                .isEmpty();
    }

    @Test
    void delays_vary_by_a_fifth() {
        assertThat(new RetryPolicy(() -> 0).next(SendOptions.DEFAULT, MAILBOX, 2, Duration.ZERO))
                .contains(Duration.ofMinutes(8));
        assertThat(new RetryPolicy(() -> 0.9999999).next(SendOptions.DEFAULT, MAILBOX, 2, Duration.ZERO))
                .contains(Duration.ofMinutes(12));
    }
}
