package dev.mailroom.composition;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much one task may send; what is beyond is an incident, not a mail.
 *
 * @param recipients recipients of one task, each counted once; with "One mail to each" also its mails
 * @param attachmentsSize all attachments of a mail together, before encoding, which makes a third more of them
 */
@ConfigurationProperties("mailroom.sending.limits")
public record SendingLimitsProperties(
        @DefaultValue("1000") int recipients,
        @DefaultValue("25MB") DataSize attachmentsSize) {

    public SendingLimitsProperties {
        if (recipients < 1) {
            throw new IllegalArgumentException("mailroom.sending.limits.recipients must be above 0");
        }
        if (attachmentsSize.toBytes() < 1) {
            throw new IllegalArgumentException("mailroom.sending.limits.attachments-size must be above 0");
        }
    }

    /** The limits of an installation that sets none. */
    public static SendingLimitsProperties defaults() {
        return new SendingLimitsProperties(1000, DataSize.ofMegabytes(25));
    }
}
