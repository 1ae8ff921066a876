package dev.mailroom.mailstore;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much one incoming mail may be; a mail beyond a limit is quarantined, never half read.
 *
 * @param messageSize whole mail as it lies on the server
 * @param depth parts within parts, mails within mails
 * @param parts all parts of a mail together
 * @param headers header fields of one part
 * @param headerLength characters of one header field, unfolded (a To of 1,000 addresses fits)
 * @param addresses all addresses of a mail together
 * @param text decoded text, and decoded HTML, that is kept as text; the rest stays in the raw mail
 * @param cpuTime processor time that reading one mail may cost
 */
@ConfigurationProperties("mailroom.inbound.limits")
public record InboundLimitsProperties(
        @DefaultValue("35MB") DataSize messageSize,
        @DefaultValue("20") int depth,
        @DefaultValue("1000") int parts,
        @DefaultValue("1000") int headers,
        @DefaultValue("102400") int headerLength,
        @DefaultValue("1000") int addresses,
        @DefaultValue("2MB") DataSize text,
        @DefaultValue("10s") Duration cpuTime) {

    public InboundLimitsProperties {
        positive("message-size", messageSize.toBytes());
        positive("depth", depth);
        positive("parts", parts);
        positive("headers", headers);
        positive("header-length", headerLength);
        positive("addresses", addresses);
        positive("text", text.toBytes());
        positive("cpu-time", cpuTime.toMillis());
        if (text.toMegabytes() > 64) {
            throw new IllegalArgumentException("mailroom.inbound.limits.text must not be above 64MB");
        }
    }

    /** The limits of an installation that sets none. */
    public static InboundLimitsProperties defaults() {
        return new InboundLimitsProperties(
                DataSize.ofMegabytes(35),
                20,
                1000,
                1000,
                102_400,
                1000,
                DataSize.ofMegabytes(2),
                Duration.ofSeconds(10));
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("mailroom.inbound.limits." + name + " must be above 0");
        }
    }
}
