package dev.mailroom.composition;

import dev.mailroom.message.HeaderText;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a letter of an order. Looks up, never sends, never writes. Thread-safe. */
public final class MessageComposer {

    private final MailboxRegistry registry;
    private final AddressBook addressBook;
    private final MessageIdSigner signer;
    private final SendingLimitsProperties limits;
    private final Clock clock;
    private final OutboxSelector outboxes;
    private final ReplyToFinder replyTos;

    public MessageComposer(
            MailboxRegistry registry,
            AddressBook addressBook,
            MessageIdSigner signer,
            SendingLimitsProperties limits,
            Clock clock) {
        this.registry = registry;
        this.addressBook = addressBook;
        this.signer = signer;
        this.limits = limits;
        this.clock = clock;
        this.outboxes = new OutboxSelector(registry);
        this.replyTos = new ReplyToFinder(registry);
    }

    /**
     * @param id the mail's, from which its Message-ID is signed
     * @throws CompositionException when the letter cannot be written with the values of now
     */
    public ComposedMail compose(MailId id, SendOrder order, CaseFile caseFile) throws CompositionException {
        List<String> notes = new ArrayList<>();
        OutputMailbox mailbox = outboxes.select(order.via(), notes);
        String contract = canonical(order.via().contract());
        Optional<OpeningMail.Thread> thread = order.conversation() ? caseFile.conversation() : Optional.empty();
        OutgoingMessage message = message(id, order, caseFile, mailbox, contract, thread, notes);
        return new ComposedMail(
                message,
                mailbox,
                order.via().choice(),
                contract,
                thread.map(OpeningMail.Thread::conversation).orElse(id.value()),
                thread.map(OpeningMail.Thread::mail).orElse(null),
                notes);
    }

    /**
     * The same letter to each recipient alone: a mail of its own for everybody, with its own Message-ID and, where it
     * answers none, its own conversation.
     *
     * @param first id of the first of them
     * @return in the order of the recipients
     */
    public Map<MailId, ComposedMail> toEach(MailId first, ComposedMail composed) {
        Map<MailId, ComposedMail> mails = new LinkedHashMap<>();
        for (OutgoingMessage.Recipient recipient : composed.message().recipients()) {
            MailId id = mails.isEmpty() ? first : MailId.next();
            mails.put(
                    id,
                    new ComposedMail(
                            composed.message()
                                    .toOnly(
                                            recipient.address(),
                                            signer.sign(
                                                    id,
                                                    composed.mailbox().sender().domain())),
                            composed.mailbox(),
                            composed.outboxChoice(),
                            composed.contract(),
                            composed.answerTo() == null ? id.value() : composed.conversation(),
                            composed.answerTo(),
                            composed.notes()));
        }
        return mails;
    }

    private OutgoingMessage message(
            MailId id,
            SendOrder order,
            CaseFile caseFile,
            OutputMailbox mailbox,
            @Nullable String contract,
            Optional<OpeningMail.Thread> thread,
            List<String> notes)
            throws CompositionException {
        SendOrder.Letter letter = order.letter();
        var recipients = new RecipientResolver(
                        addressBook,
                        caseFile,
                        () -> outboxes.contract(order.via().contract()).contacts(),
                        notes)
                .resolve(order.addressees());
        if (recipients.size() > limits.recipients()) {
            throw new CompositionException(
                    "TOO_MANY_RECIPIENTS",
                    "The mail has " + recipients.size() + " recipients; at most " + limits.recipients()
                            + " are allowed (mailroom.sending.limits.recipients)");
        }
        String html = letter.html() ? HtmlBody.assemble(letter.body()) : null;
        return new OutgoingMessage(
                signer.sign(id, mailbox.sender().domain()),
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                sender(mailbox, letter.senderName()),
                replyTos.find(order.addressees().replyTo(), mailbox, caseFile, contract),
                recipients,
                subject(letter.subject()),
                text(letter, html),
                html,
                new AttachmentCollector(caseFile, limits.attachmentsSize()).collect(letter.attachments()),
                thread.map(OpeningMail.Thread::inReplyTo).orElse(null),
                thread.map(OpeningMail.Thread::references).orElse(List.of()),
                letter.importance(),
                null,
                headers(letter.headers()));
    }

    private static String text(SendOrder.Letter letter, @Nullable String html) {
        if (letter.bodyText() != null && html != null) {
            return letter.bodyText();
        }
        return html == null ? HtmlBody.plain(letter.body()) : HtmlAsText.of(html);
    }

    /** The key as registered, where the contract is; keys are compared without case. */
    private @Nullable String canonical(@Nullable String contract) {
        return contract == null
                ? null
                : registry.contract(contract).map(found -> found.key()).orElse(contract);
    }

    private static MailAddress sender(OutputMailbox mailbox, @Nullable String name) throws CompositionException {
        if (name == null || name.isBlank()) {
            return mailbox.sender();
        }
        try {
            return new MailAddress(mailbox.sender().address(), name);
        } catch (IllegalArgumentException lineBreak) {
            throw new CompositionException(
                    "BAD_HEADER", "The sender's name must not contain line breaks or other control characters");
        }
    }

    private static String subject(@Nullable String subject) throws CompositionException {
        if (subject == null || subject.isBlank()) {
            throw new CompositionException("NO_SUBJECT", "The subject is empty");
        }
        String stripped = subject.strip();
        if (stripped.length() > OutgoingMessage.LONGEST_SUBJECT) {
            throw new CompositionException(
                    "SUBJECT_TOO_LONG",
                    "The subject has " + stripped.length() + " characters; at most 998 are allowed");
        }
        return checked("The subject", stripped);
    }

    private static Map<String, String> headers(Map<String, String> headers) throws CompositionException {
        for (var header : headers.entrySet()) {
            Optional<String> fault = OwnHeaders.fault(header.getKey());
            if (fault.isPresent()) {
                throw new CompositionException("BAD_HEADER", "Headers: " + fault.get());
            }
            checked("The header " + header.getKey(), header.getValue());
        }
        return headers;
    }

    private static String checked(String what, String text) throws CompositionException {
        try {
            return HeaderText.check(what, text);
        } catch (IllegalArgumentException lineBreak) {
            throw new CompositionException(
                    "BAD_HEADER", what + " must not contain line breaks or other control characters");
        }
    }
}
