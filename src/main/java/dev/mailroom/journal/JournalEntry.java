package dev.mailroom.journal;

import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of the journal; recipients, attempts and events stand beside it. */
public record JournalEntry(
        MailId id,
        Direction direction,
        MailState state,
        Instant createdAt,
        @Nullable Instant finishedAt,
        Place place,
        Heading heading,
        Stored stored,
        Origin origin,
        Progress progress,
        Links links,
        @Nullable Judgement judgement) {

    /** Reason code of a mail over whose bytes nodes died; it stays with the mail whatever becomes of it. */
    public static final String CRASHED = "CRASHED";

    /** False for bytes over which nodes died: they are for download only, and no reader may open them again. */
    public boolean mayBeOpened() {
        Reason reason = progress.reason();
        return reason == null || !reason.code().equals(CRASHED);
    }

    /** @param outboxChoice SYSTEM, CONTRACT or SPECIFIC; null for incoming mail */
    public record Place(
            @Nullable String mailbox,
            @Nullable String contract,
            @Nullable String tenantId,
            @Nullable String outboxChoice) {}

    /**
     * @param messageId as written by whoever made it
     * @param conversation shared by mails tied by References
     */
    public record Heading(
            @Nullable MailAddress from,
            @Nullable String subject,
            @Nullable String messageId,
            @Nullable String conversation) {}

    /**
     * @param contentId null before a mail is composed, and after retention erased it
     * @param size bytes
     */
    public record Stored(
            @Nullable String contentId, @Nullable String contentKey, long size, int attachments) {
        public static final Stored NOTHING = new Stored(null, null, 0, 0);
    }

    /**
     * @param attempts those that count; failures of a server or an account do not
     * @param epoch raised with each claim; a result of an older epoch is void
     * @param options how it is to be sent, JSON, read by the outbox only
     * @param priority among the mails that wait for its mailbox; the higher the sooner, 0 as a rule
     */
    public record Progress(
            int attempts,
            @Nullable Instant nextTry,
            @Nullable Reason reason,
            int epoch,
            @Nullable String claimedBy,
            @Nullable String options,
            long priority) {
        public static final Progress NEW = new Progress(0, null, null, 0, null, null, 0);

        /** Of a mail that waits for its first attempt. */
        public static Progress waiting(String options, long priority) {
            return new Progress(0, null, null, 0, null, options, priority);
        }
    }

    /**
     * @param code upper case word
     * @param text sentence for people, at most 2,000 characters
     */
    public record Reason(String code, String text) {
        public Reason {
            text = text.length() > 2000 ? text.substring(0, 1999) + "…" : text;
        }
    }

    public record Links(
            @Nullable MailId splitFrom,
            @Nullable MailId resendOf,
            @Nullable MailId answerTo) {
        public static final Links NONE = new Links(null, null, null);
    }

    /** What was found out about an incoming mail, and what was decided. */
    public record Judgement(
            @Nullable String classification,
            @Nullable String reasons,
            @Nullable String senderVerified,
            @Nullable String rule,
            @Nullable String text) {}
}
