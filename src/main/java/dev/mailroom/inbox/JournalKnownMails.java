package dev.mailroom.inbox;

import dev.mailroom.journal.Direction;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.routing.KnownMail;
import dev.mailroom.routing.KnownMails;
import dev.mailroom.routing.ProcessGateway.Instance;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class JournalKnownMails implements KnownMails {

    private final Journal journal;

    JournalKnownMails(Journal journal) {
        this.journal = journal;
    }

    @Override
    public Optional<KnownMail> outgoing(MailId id) {
        return journal.find(id)
                .filter(entry -> entry.direction() == Direction.OUTGOING)
                .map(JournalKnownMails::known);
    }

    @Override
    public Optional<KnownMail> incoming(MessageId id) {
        return journal.findByMessageId(id).stream()
                .filter(entry -> entry.direction() == Direction.INCOMING)
                .filter(entry -> entry.origin().processInstanceId() != null)
                .findFirst()
                .map(JournalKnownMails::known);
    }

    private static KnownMail known(JournalEntry entry) {
        return new KnownMail(
                entry.id(),
                instance(entry.origin()),
                entry.place().contract(),
                entry.place().tenantId(),
                entry.heading().conversation());
    }

    private static @Nullable Instance instance(Origin origin) {
        return origin.processInstanceId() == null
                ? null
                : new Instance(
                        origin.processInstanceId(),
                        origin.processDefinitionKey() == null ? "" : origin.processDefinitionKey(),
                        origin.businessKey());
    }
}
