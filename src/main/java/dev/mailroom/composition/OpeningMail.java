package dev.mailroom.composition;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Port: the mail that opened a process instance, and those that continued it, from the store. Joins the caller's
 * transaction. Thread-safe.
 */
public interface OpeningMail {

    /** Nothing was ever opened by mail. */
    OpeningMail NONE = new OpeningMail() {
        @Override
        public Optional<Correspondence> of(String processInstanceId) {
            return Optional.empty();
        }

        @Override
        public Optional<Correspondence> ofNew(String processInstanceId) {
            return Optional.empty();
        }
    };

    /** Empty when no mail ever reached this instance. */
    Optional<Correspondence> of(String processInstanceId);

    /** The same for an instance that begins in this very transaction, which no store need be asked about. */
    Optional<Correspondence> ofNew(String processInstanceId);

    /** The mails of one instance; looked up as they are asked for, within one transaction. */
    interface Correspondence {

        /** Empty when it began without a mail. */
        Optional<Opened> opened();

        /** Of the opening mail, streamed from the store; empty when it has none, or was erased. */
        List<Attachment> attachments();

        /** The opening mail, or the last reply to the instance, as something to answer. */
        Optional<Thread> thread();
    }

    /**
     * @param mailbox key of the Input mailbox
     * @param sender who wrote it, where readable
     */
    record Opened(String mailbox, @Nullable MailAddress sender) {}

    /**
     * @param mail the mail that is answered
     * @param inReplyTo its Message-ID
     * @param references the conversation including it, oldest first
     * @param conversation id that all its mails share in the journal
     */
    @SuppressWarnings("JavaLangClash") // what mail calls a thread
    record Thread(
            MailId mail,
            MessageId inReplyTo,
            List<MessageId> references,
            @Nullable String conversation) {
        public Thread {
            references = List.copyOf(references);
        }
    }
}
