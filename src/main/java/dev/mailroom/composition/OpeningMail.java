package dev.mailroom.composition;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Port: the mail that opened a process instance, from the store. Joins the caller's transaction. Thread-safe. */
public interface OpeningMail {

    /** Nothing was ever opened by mail. */
    OpeningMail NONE = new OpeningMail() {
        @Override
        public Optional<Opened> of(String processInstanceId) {
            return Optional.empty();
        }

        @Override
        public List<Attachment> attachments(String processInstanceId) {
            return List.of();
        }

        @Override
        public Optional<Thread> thread(String processInstanceId) {
            return Optional.empty();
        }
    };

    /** Empty when no mail opened this instance. */
    Optional<Opened> of(String processInstanceId);

    /** Its attachments, streamed from the store; empty when it has none, or was erased. */
    List<Attachment> attachments(String processInstanceId);

    /** The opening mail, or the last reply to the instance, as something to answer. */
    Optional<Thread> thread(String processInstanceId);

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
