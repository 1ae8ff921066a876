package dev.mailroom.outbox;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How this node sends.
 *
 * @param pollInterval how often lanes are looked for that no wake-up announced: retries due, mail of other nodes
 * @param lease how long a claimed mail belongs to this node; kept up while it is worked on, so it only says how long
 *     a mail waits after a crash
 * @param maxThreads threads that talk to mail servers; beyond it each mailbox still gets one, so that servers without
 *     an answer never hold up the others
 * @param claimAhead mails a mailbox holds beyond its connections, so that these need not wait for the database
 * @param completeTogether mails recorded in one transaction at most
 * @param stopWithin how long a stop waits for mails being sent
 */
@ConfigurationProperties("mailroom.outbox")
record OutboxProperties(
        @DefaultValue("PT2S") Duration pollInterval,
        @DefaultValue("PT2M") Duration lease,
        @DefaultValue("64") int maxThreads,
        @DefaultValue("8") int claimAhead,
        @DefaultValue("8") int completeTogether,
        @DefaultValue("PT20S") Duration stopWithin) {

    OutboxProperties {
        positive("poll-interval", pollInterval);
        positive("lease", lease);
        if (lease.compareTo(pollInterval.multipliedBy(4)) < 0) {
            throw new IllegalArgumentException(
                    "mailroom.outbox.lease must be at least four times mailroom.outbox.poll-interval");
        }
        atLeast("max-threads", maxThreads, 1);
        atLeast("claim-ahead", claimAhead, 0);
        atLeast("complete-together", completeTogether, 1);
        if (stopWithin.isNegative()) {
            throw new IllegalArgumentException("mailroom.outbox.stop-within must not be negative");
        }
    }

    /** How long a node that says nothing keeps its share of the connections. */
    Duration shareLifetime() {
        Duration four = pollInterval.multipliedBy(4);
        return four.compareTo(ConnectionShares.SHORTEST_LIFETIME) > 0 ? four : ConnectionShares.SHORTEST_LIFETIME;
    }

    /** With each full turn, so that a node that has mail soon gets the connections that others can spare. */
    Duration renewSharesAfter() {
        return pollInterval.dividedBy(2);
    }

    private static void positive(String key, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("mailroom.outbox." + key + " must be longer than nothing");
        }
    }

    private static void atLeast(String key, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("mailroom.outbox." + key + " must be at least " + least);
        }
    }
}
