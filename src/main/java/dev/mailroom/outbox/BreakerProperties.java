package dev.mailroom.outbox;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a mailbox whose server or login fails is tried again, with one mail.
 *
 * @param probeAfter first pause for a server that does not answer; doubles with each failed probe
 * @param longestProbe longest such pause
 * @param accountProbes pauses after a refused login; after the last one only a change of the mailbox or a retry by a
 *     person helps, so that no account gets locked; a retry no sooner than an hour after the third refusal
 */
@ConfigurationProperties("mailroom.breaker")
record BreakerProperties(
        @DefaultValue("PT1M") Duration probeAfter,
        @DefaultValue("PT5M") Duration longestProbe,
        @DefaultValue({"PT5M", "PT30M"}) List<Duration> accountProbes) {

    BreakerProperties {
        accountProbes = List.copyOf(accountProbes);
        if (probeAfter.isZero() || probeAfter.isNegative()) {
            throw new IllegalArgumentException("mailroom.breaker.probe-after must be longer than nothing");
        }
        if (longestProbe.compareTo(probeAfter) < 0) {
            longestProbe = probeAfter;
        }
    }
}
