package dev.mailroom.outbox;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the folder that an Output mailbox names as sentCopy is visited.
 *
 * @param pauses when an uncertain mail is looked for there: so long after the final dot, then so long after each look in
 *     vain. A copy that could not be put there is tried again with the same pauses. After the last one it ends
 * @param pollInterval how often it is asked what is due
 * @param visit longest visit to a server; what is not done by then counts as failed
 * @param threads visits at a time, one to each account
 */
@ConfigurationProperties("mailroom.sent-copy")
record SentCopyProperties(
        @DefaultValue({"PT30S", "PT2M", "PT10M", "PT1H", "PT6H", "P1D"})
        List<Duration> pauses,

        @DefaultValue("PT5S") Duration pollInterval,
        @DefaultValue("PT2M") Duration visit,
        @DefaultValue("8") int threads) {

    SentCopyProperties {
        pauses = List.copyOf(pauses);
        pauses.forEach(pause -> positive("pauses", pause));
        positive("poll-interval", pollInterval);
        positive("visit", visit);
        if (threads < 1 || threads > 100) {
            throw new IllegalArgumentException("mailroom.sent-copy.threads must be between 1 and 100");
        }
    }

    private static void positive(String key, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("mailroom.sent-copy." + key + " must be longer than nothing");
        }
    }
}
