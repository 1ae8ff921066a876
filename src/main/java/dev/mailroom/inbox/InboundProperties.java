package dev.mailroom.inbox;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Input mailboxes are read.
 *
 * @param enabled false: this node reads no mailbox; what was received is still decided
 * @param pollingThreads mailboxes that are polled at the same time; as many again may be at it that are slow
 * @param pushThreads mailboxes that are watched by IDLE, each with a thread and a line of its own; the rest is polled
 * @param connectionsPerServer lines to one host and port; a quarter of them is kept for polling
 * @param turn longest look into a mailbox, after which its line is cut whatever the server does
 * @param decisions mails that are decided at the same time, each with up to two database connections
 * @param lease after this time without a heartbeat another node takes over the mailbox and the mails in hand
 * @param heartbeat at most a third of the lease
 * @param retryWaiting how often mails that wait for a process are looked at again
 */
@ConfigurationProperties("mailroom.inbound")
record InboundProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("8") int pollingThreads,
        @DefaultValue("100") int pushThreads,
        @DefaultValue("20") int connectionsPerServer,
        @DefaultValue("15m") Duration turn,
        @DefaultValue("4") int decisions,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("10s") Duration heartbeat,
        @DefaultValue("30s") Duration retryWaiting) {

    InboundProperties {
        atLeastOne("polling-threads", pollingThreads);
        atLeastOne("decisions", decisions);
        atLeastOne("connections-per-server", connectionsPerServer);
        if (turn.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("mailroom.inbound.turn must be at least one minute");
        }
        if (pushThreads < 0) {
            throw new IllegalArgumentException("mailroom.inbound.push-threads must not be negative");
        }
        if (heartbeat.toMillis() < 100 || heartbeat.multipliedBy(3).compareTo(lease) > 0) {
            throw new IllegalArgumentException(
                    "mailroom.inbound.heartbeat must lie between 100ms and a third of mailroom.inbound.lease");
        }
    }

    private static void atLeastOne(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("mailroom.inbound." + key + " must be at least 1");
        }
    }
}
