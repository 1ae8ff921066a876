package dev.mailroom.routing;

import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import java.util.Optional;

/** Port: the mails that were sent and received so far. Thread-safe. */
public interface KnownMails {

    Optional<KnownMail> outgoing(MailId id);

    /** The oldest incoming mail with this Message-ID that belongs to an instance. */
    Optional<KnownMail> incoming(MessageId id);
}
