package dev.mailroom.mailstore;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a server that is read may take; each is above zero, so nothing waits for ever.
 *
 * @param connect until the connection stands
 * @param read silence of the server in the middle of something
 * @param write standing still because the server takes nothing
 * @param command one command with its whole answer, a mail of the largest size included
 * @param idle after which IDLE is renewed, below the 29 minutes of RFC 9051 6.3.13; a dead line is noticed by then
 */
@ConfigurationProperties("mailroom.inbound.timeout")
public record InboundTimeoutProperties(
        @DefaultValue("10s") Duration connect,
        @DefaultValue("30s") Duration read,
        @DefaultValue("30s") Duration write,
        @DefaultValue("10m") Duration command,
        @DefaultValue("9m") Duration idle) {

    private static final Duration LONGEST_IDLE = Duration.ofMinutes(29);

    public InboundTimeoutProperties {
        positive("connect", connect);
        positive("read", read);
        positive("write", write);
        positive("command", command);
        positive("idle", idle);
        if (idle.compareTo(LONGEST_IDLE) >= 0) {
            throw new IllegalArgumentException(
                    "mailroom.inbound.timeout.idle must be below 29 minutes (RFC 9051 6.3.13)");
        }
    }

    /** The time-outs of an installation that sets none. */
    public static InboundTimeoutProperties defaults() {
        return new InboundTimeoutProperties(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ofMinutes(9));
    }

    private static void positive(String name, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "mailroom.inbound.timeout." + name + " must lie between 1 millisecond and 1 hour");
        }
    }
}
