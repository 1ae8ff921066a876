package dev.mailroom.outbox;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a mail that waits is late.
 *
 * @param delayedAfter how long a mail may wait before its task shows the incident emailDelayed, which goes by
 *     itself as soon as the mail no longer waits. Time in which sending is switched off, or the mailbox switched off or
 *     suspended, does not count
 */
@ConfigurationProperties("mailroom.sending")
record DelayProperties(@DefaultValue("PT4H") Duration delayedAfter) {

    DelayProperties {
        if (delayedAfter.isZero() || delayedAfter.isNegative()) {
            throw new IllegalArgumentException("mailroom.sending.delayed-after must be longer than nothing");
        }
    }
}
