package dev.mailroom.registry;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a mail that is put off is tried again, for mailboxes that do not say it themselves.
 *
 * @param schedule pauses after each try, PT1S to P7D; the last one repeats until the mailbox's giveUpAfter. Looked up at
 *     use, so a change holds for all mailboxes that were saved without retries of their own, and for mails that wait
 */
@ConfigurationProperties("mailroom.retry")
record RetryProperties(
        @DefaultValue({"PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT2H", "PT4H"})
        List<Duration> schedule) {

    static final Duration SHORTEST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofDays(7);

    RetryProperties {
        schedule = List.copyOf(schedule);
        if (schedule.isEmpty()) {
            throw new IllegalArgumentException("mailroom.retry.schedule must name at least one pause;"
                    + " a mailbox that tries each mail only once says none itself");
        }
        if (!schedule.stream().allMatch(RetryProperties::isPossible)) {
            throw new IllegalArgumentException("mailroom.retry.schedule: each pause must be between PT1S and P7D");
        }
    }

    static boolean isPossible(Duration pause) {
        return pause.compareTo(SHORTEST) >= 0 && pause.compareTo(LONGEST) <= 0;
    }
}
