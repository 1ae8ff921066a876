package dev.mailroom.registry;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox that is sent through.
 *
 * @param sender what recipients see as From; its address is also the envelope sender
 * @param systemMailbox the one that is used when nothing else is chosen
 * @param maxConnections open SMTP connections at a time, at least 1
 * @param messagesPerMinute null = no limit
 * @param retries delays between attempts; the last one repeats until {@code giveUpAfter}; empty = no retry
 * @param giveUpAfter age at which a mail is given up
 */
public record OutputMailbox(
        String key,
        String description,
        boolean enabled,
        ServerEndpoint server,
        @Nullable String user,
        Authentication authentication,
        @Nullable OAuth2Settings oauth2,
        MailAddress sender,
        @Nullable MailAddress replyTo,
        boolean systemMailbox,
        int maxConnections,
        @Nullable Integer messagesPerMinute,
        int maxRecipientsPerMessage,
        List<Duration> retries,
        Duration giveUpAfter,
        OnUncertain onUncertain,
        @Nullable SentCopy sentCopy,
        @Nullable String trustedCertificates,
        @Nullable String tenantId,
        Stamp stamp)
        implements Mailbox {

    public OutputMailbox {
        retries = List.copyOf(retries);
    }

    /** What happens to a mail whose final dot was sent and never answered. */
    public enum OnUncertain {
        /** A person decides. */
        ASK,
        /** It is sent again, with the same Message-ID. */
        RESEND,
        /** It counts as sent. */
        ASSUME_SENT
    }

    /** Where sent mail can be found again: a folder of a registered Input mailbox. */
    public record SentCopy(String mailbox, String folder, boolean append) {}
}
