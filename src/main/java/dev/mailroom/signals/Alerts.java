package dev.mailroom.signals;

import dev.mailroom.access.Caller;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.outbox.NewMail;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.registry.AlertLedger;
import dev.mailroom.registry.HealthDesk;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.signals.AlertText.Change;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells people by mail which mailboxes began to fail, and which work again: each change once, whichever node looks, and no
 * mailbox more often than the settings allow. What was told and the mail that tells it commit together. The failure of the
 * system mailbox cannot be told through itself, so it is logged for those who watch the logs; that it works again is told.
 * Thread-safe.
 */
final class Alerts {

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

    /** More in one mail nobody reads; the rest follows with the next look. */
    private static final int MOST_IN_ONE_MAIL = 50;

    private final AlertLedger ledger;
    private final MailboxRegistry registry;
    private final HealthDesk desk;
    private final Outbox outbox;
    private final MessageIdSigner signer;
    private final List<MailAddress> to;
    private final Duration atMostEvery;
    private final AlertText text;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Alerts(
            AlertLedger ledger,
            MailboxRegistry registry,
            HealthDesk desk,
            Outbox outbox,
            MessageIdSigner signer,
            AlertProperties settings,
            AlertText text,
            TransactionTemplate transaction,
            Clock clock) {
        this.ledger = ledger;
        this.registry = registry;
        this.desk = desk;
        this.outbox = outbox;
        this.signer = signer;
        this.to = settings.addresses();
        this.atMostEvery = settings.atMostEvery();
        this.text = text;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Tells what is to be told now. */
    void check() {
        if (to.isEmpty() || ledger.untold().isEmpty()) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            List<Change> changes = changes();
            if (!changes.isEmpty()) {
                registry.systemMailbox()
                        .filter(OutputMailbox::enabled)
                        .ifPresentOrElse(
                                system -> tell(system, changes),
                                () -> LOG.error("Nobody can be told by mail: there is no system mailbox"));
            }
        });
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (String key : ledger.untold()) {
            Optional<Mailbox> mailbox = registry.mailbox(key).filter(Mailbox::enabled);
            if (changes.size() < MOST_IN_ONE_MAIL && mailbox.isPresent()) {
                Change change = new Change(mailbox.get(), desk.of(Caller.SYSTEM, key));
                if (ledger.take(key, change.fails(), atMostEvery)) {
                    changes.add(change);
                }
            }
        }
        return changes;
    }

    private void tell(OutputMailbox system, List<Change> changes) {
        List<Change> tellable = changes.stream()
                .filter(change -> !change.fails() || !change.mailbox().key().equalsIgnoreCase(system.key()))
                .toList();
        if (tellable.size() < changes.size()) {
            LOG.error("The system mailbox {} fails, so nobody can be told of it by mail", system.key());
        }
        if (!tellable.isEmpty()) {
            outbox.enqueueDetached(mail(system, tellable));
        }
    }

    private NewMail mail(OutputMailbox system, List<Change> changes) {
        MailId id = MailId.next();
        return NewMail.ofMailroom(
                id,
                signer.sign(id, system.sender().domain()),
                clock.instant(),
                system,
                "SYSTEM",
                to,
                text.subject(changes),
                text.body(changes));
    }
}
