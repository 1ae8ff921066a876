package dev.mailroom.routing;

import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.registry.Contract;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.StartFrom;
import dev.mailroom.registry.MailboxRegistry;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a mail goes; the first rule that fits wins: own loop, bounce, senders, automatic reply, reply, new.
 * Only reads. A reply is known by a signed Message-ID it refers to, which nobody can guess, or by the Message-ID of a
 * mail that came in before; never by sender or subject. Thread-safe.
 */
public final class Router {

    /** As many references as are looked at, from the newest: a forged header must not cost a thousand look-ups. */
    private static final int MOST_REFERENCES = 32;

    private final MessageIdSigner signer;
    private final KnownMails mails;
    private final MailboxRegistry registry;

    public Router(MessageIdSigner signer, KnownMails mails, MailboxRegistry registry) {
        this.signer = signer;
        this.mails = mails;
        this.registry = registry;
    }

    public Decision decide(InputMailbox mailbox, IncomingMessage message, Classification classification) {
        return switch (classification.kind()) {
            case OWN_LOOP -> new Decision.Ignore("own mail", "Mailroom's own mail came back");
            case BOUNCE -> notice(message);
            case AUTO_REPLY ->
                SenderRules.refusal(mailbox, message.from())
                        .<Decision>map(refusal -> refusal)
                        .orElseGet(() -> automaticReply(mailbox, message));
            case HUMAN, AUTO_GENERATED, LIST ->
                SenderRules.refusal(mailbox, message.from())
                        .<Decision>map(refusal -> refusal)
                        .orElseGet(() -> replyOrNew(mailbox, message));
        };
    }

    /**
     * The outgoing mail that must have left for this one to exist: it came back itself, or is answered. Not one that only
     * stands further back in the References, which the answered mail brought along.
     */
    public Optional<MailId> provenSent(IncomingMessage message) {
        List<MessageId> references = message.references();
        MessageId answered = message.inReplyTo() != null
                ? message.inReplyTo()
                : references.isEmpty() ? null : references.get(references.size() - 1);
        return Stream.of(message.messageId(), answered)
                .filter(Objects::nonNull)
                .flatMap(id -> signer.verify(id).stream())
                .findFirst();
    }

    /** The mailbox's contract, else that of the mail it answers, else that of the sender's domain, else none. */
    public @Nullable String contractOf(InputMailbox mailbox, @Nullable MailAddress from, @Nullable KnownMail related) {
        if (mailbox.contract() != null) {
            return mailbox.contract();
        }
        if (related != null && related.contract() != null) {
            return related.contract();
        }
        return Optional.ofNullable(from)
                .flatMap(sender -> registry.contractOfDomain(sender.domain()))
                .map(Contract::key)
                .orElse(null);
    }

    /** Its Message-IDs may stand anywhere in the report; being signed, they cannot mean anything else. */
    private Decision notice(IncomingMessage message) {
        List<MessageId> named = new ArrayList<>();
        if (message.report() != null && message.report().originalMessageId() != null) {
            named.add(message.report().originalMessageId());
        }
        named.addAll(references(message));
        named.addAll(MessageId.parseAll(message.text()).stream()
                .limit(MOST_REFERENCES)
                .toList());
        return named.stream()
                .flatMap(id -> signer.verify(id).stream())
                .flatMap(id -> mails.outgoing(id).stream())
                .findFirst()
                .map(about ->
                        new Decision.Notice("bounce", "A delivery report on a mail that was sent from here", about))
                .orElse(new Decision.Notice(
                        "bounce", "A delivery report; the mail it speaks of is not known here", null));
    }

    private Decision automaticReply(InputMailbox mailbox, IncomingMessage message) {
        return related(message)
                .filter(related -> isNear(mailbox, related))
                .<Decision>map(related -> new Decision.Join(
                        "automatic reply", "An automatic reply, attached to the case it answers", related, false))
                .orElse(new Decision.Ignore("automatic reply", "An automatic reply starts nothing"));
    }

    private Decision replyOrNew(InputMailbox mailbox, IncomingMessage message) {
        if (isOlderThanStart(mailbox, message)) {
            return new Decision.Ignore("before the start", "It was written before the day the mailbox is read from");
        }
        Optional<KnownMail> related = related(message);
        if (related.isEmpty()) {
            return new Decision.Begin("mailbox", "A new mail", null);
        }
        if (!isNear(mailbox, related.get())) {
            return new Decision.Begin("mailbox", "Refers to a mail of another contract: a case of its own", null);
        }
        return new Decision.Join("reply", "An answer to a mail of a case", related.get(), true);
    }

    /** POP3 has no day of arrival to ask the server for, so the Date header has to do. */
    private static boolean isOlderThanStart(InputMailbox mailbox, IncomingMessage message) {
        return mailbox.provider().isPop()
                && mailbox.startFrom() instanceof StartFrom.Day from
                && message.sentAt() != null
                && message.sentAt()
                        .isBefore(from.day().atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private Optional<KnownMail> related(IncomingMessage message) {
        List<MessageId> ids = references(message);
        Optional<KnownMail> answered = ids.stream()
                .flatMap(id -> signer.verify(id).stream())
                .flatMap(id -> mails.outgoing(id).stream())
                .filter(mail -> mail.instance() != null)
                .findFirst();
        return answered.or(() -> ids.stream()
                .flatMap(id -> mails.incoming(id).stream())
                .filter(mail -> mail.instance() != null)
                .findFirst());
    }

    /** In-Reply-To first, then References from right to left. */
    private static List<MessageId> references(IncomingMessage message) {
        List<MessageId> newestFirst = new ArrayList<>(message.references());
        Collections.reverse(newestFirst);
        if (message.inReplyTo() != null) {
            newestFirst.add(0, message.inReplyTo());
        }
        return newestFirst.stream().distinct().limit(MOST_REFERENCES).toList();
    }

    /** A reply never crosses from one tenant, or one contract, into another. */
    private static boolean isNear(InputMailbox mailbox, KnownMail related) {
        return isNear(mailbox.tenantId(), related.tenantId()) && isNear(mailbox.contract(), related.contract());
    }

    private static boolean isNear(@Nullable String one, @Nullable String other) {
        return one == null || other == null || one.equalsIgnoreCase(other);
    }
}
