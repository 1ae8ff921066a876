package dev.mailroom.composition;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.MailAddress;
import java.util.List;
import java.util.Optional;

/** Port: what the process instance that sends a mail knows. Used by one thread, inside one transaction. */
public interface CaseFile {

    /** Who asked for it: the sender of the mail that opened the instance. */
    Optional<MailAddress> requester();

    /** Id of the user who started the instance. */
    Optional<String> initiator();

    /** Id of the user who has, or had last, the user task with this key. */
    Optional<String> assignee(String taskKey);

    /**
     * The files of a variable; empty when there is no such variable.
     *
     * @throws CompositionException when the variable holds something else
     */
    Optional<List<Attachment>> files(String variable) throws CompositionException;

    /** Key of the Input mailbox whose mail opened the instance. */
    Optional<String> openedThrough();

    /** Attachments of the mail that opened the instance; empty when no mail did. */
    Optional<List<Attachment>> openingAttachments();

    /** Where an answer in the conversation continues; empty when there is none. */
    Optional<OpeningMail.Thread> conversation();
}
