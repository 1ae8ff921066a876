package dev.mailroom.inbox;

import dev.mailroom.inbox.LocatorLedger.FirstContact;
import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStore.Disposition;
import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.mailstore.MessageGoneException;
import dev.mailroom.message.MailId;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.AfterReading;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One look into a mailbox: list, store what is new, decide it, then do on the server what is to be done with read mail.
 * Nothing is marked, moved or deleted before its row has found its place. For one thread.
 */
final class MailboxTurn {

    /** One mailbox with a large backlog must not keep the others waiting. */
    static final int MOST_MAILS = 200;

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int MOST_READ_FAILURES = 3;
    private static final int MOST_DISPOSE_FAILURES = 10;

    /** Of a mail beyond the size limit this much is kept: its header, for people. */
    private static final long BEGINNING = 64 * 1024;

    /** Failures that may well be one message's own fault. */
    private static final Set<Code> OF_A_MESSAGE = EnumSet.of(Code.PROTOCOL);

    private static final Set<Code> OF_A_DISPOSITION = EnumSet.of(Code.PROTOCOL, Code.FOLDER_MISSING);

    private static final Logger LOG = LoggerFactory.getLogger(MailboxTurn.class);

    private final InputMailbox mailbox;
    private final InboxRows rows;
    private final LocatorLedger ledger;
    private final InboxProcessor processor;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final long sizeLimit;

    private @Nullable Set<String> settled;
    private long validity;
    private long seenUpTo;

    /** Settled messages that the last list held, where that matters. */
    private final Set<Locator> stillThere = new LinkedHashSet<>();

    MailboxTurn(
            InputMailbox mailbox,
            InboxRows rows,
            LocatorLedger ledger,
            InboxProcessor processor,
            TransactionTemplate transaction,
            Clock clock,
            long sizeLimit) {
        this.mailbox = mailbox;
        this.rows = rows;
        this.ledger = ledger;
        this.processor = processor;
        this.transaction = transaction;
        this.clock = clock;
        this.sizeLimit = sizeLimit;
    }

    /**
     * @param more mails are left for the next turn
     * @param trouble what could not be done on the server, in words
     */
    record Result(int read, boolean more, @Nullable String trouble) {}

    /** @param goOn asked before each mail: false when the lease is gone or the node stops */
    Result take(MailStore store, BooleanSupplier goOn) throws MailStoreException, IOException {
        Instant end = clock.instant().plus(LONGEST);
        List<Found> unknown = list(store);
        unknown.sort((a, b) -> Integer.compare(failures(a), failures(b)));
        int read = 0;
        for (Found found : unknown) {
            if (!goOn.getAsBoolean() || read == MOST_MAILS || clock.instant().isAfter(end)) {
                return new Result(read, true, null);
            }
            read(store, found);
            read++;
        }
        return new Result(read, false, disposeAll(store, goOn));
    }

    private List<Found> list(MailStore store) throws MailStoreException {
        Optional<FirstContact> contact = ledger.firstContact(mailbox.key(), folder());
        if (settled == null || validity != store.uidValidity()) {
            validity = store.uidValidity();
            seenUpTo = contact.filter(known -> known.uidValidity() == validity)
                    .map(FirstContact::seenUpTo)
                    .orElse(0L);
            settled = ledger.settled(mailbox.key(), folder(), validity);
        }
        stillThere.clear();
        List<Found> found = new ArrayList<>(store.list(this::isSettled));
        if (contact.isEmpty() || contact.get().uidValidity() != validity) {
            found.removeAll(recordContact(found, contact.orElse(null)));
        } else {
            found.removeAll(putBackLater(found, contact.get()));
        }
        return found;
    }

    /** Old mail may come later: a folder that was lost is filled from a copy, for hours, with what has long been done. */
    private Set<Found> putBackLater(List<Found> found, FirstContact contact) {
        StartLine start = new StartLine(mailbox, contact.at());
        Set<Found> old =
                new HashSet<>(found.stream().filter(start::isLongBefore).toList());
        List<Locator> locators = old.stream().map(Found::locator).toList();
        if (!locators.isEmpty()) {
            transaction.executeWithoutResult(status -> ledger.seenBefore(mailbox.key(), locators));
            locators.forEach(this::remember);
            LOG.info("Mailbox {}: {} messages from before its start turned up", mailbox.key(), old.size());
        }
        return old;
    }

    private String folder() {
        return mailbox.provider().isPop() ? "INBOX" : mailbox.folder();
    }

    private boolean isSettled(Locator locator) {
        boolean isSettled = settled != null && settled.contains(locator.uid());
        if (isSettled) {
            noteStillThere(locator);
        }
        return isSettled || isBelowMark(locator);
    }

    /** POP3 deletes at QUIT (RFC 1939 6): what is listed again was not deleted, whatever was answered to DELE. */
    private void noteStillThere(Locator locator) {
        if (mailbox.provider().isPop() && mailbox.afterReading() == AfterReading.DELETE) {
            stillThere.add(locator);
        }
    }

    private List<Locator> toDispose() {
        List<Locator> all = new ArrayList<>(ledger.toDispose(mailbox.key(), folder(), validity, MOST_DISPOSE_FAILURES));
        if (!stillThere.isEmpty()) {
            Set<String> placed = ledger.placed(mailbox.key(), folder(), validity);
            stillThere.stream()
                    .filter(locator -> placed.contains(locator.uid()))
                    .forEach(all::add);
        }
        return all;
    }

    private boolean isBelowMark(Locator locator) {
        return seenUpTo > 0 && !mailbox.provider().isPop() && number(locator) <= seenUpTo;
    }

    private static long number(Locator locator) {
        try {
            return Long.parseLong(locator.uid());
        } catch (NumberFormatException notAnImapUid) {
            return Long.MAX_VALUE;
        }
    }

    /**
     * Puts down once what lay there before the start. After a change of UIDVALIDITY every message has a new name: those
     * from before the first contact are known by their date, the others by their content when they are read.
     */
    private Set<Found> recordContact(List<Found> found, @Nullable FirstContact before) {
        StartLine start = new StartLine(mailbox, before == null ? null : before.at());
        Set<Found> old = new HashSet<>(found.stream().filter(start::isBefore).toList());
        long mark = mailbox.provider().isPop() ? 0 : markOf(found, old);
        List<Locator> single = old.stream()
                .map(Found::locator)
                .filter(locator -> number(locator) > mark)
                .toList();
        transaction.executeWithoutResult(status -> {
            ledger.seenBefore(mailbox.key(), single);
            Instant at = before == null ? clock.instant() : before.at();
            ledger.recordContact(mailbox.key(), folder(), new FirstContact(at, validity, mark));
        });
        seenUpTo = mark;
        single.forEach(locator -> remember(locator));
        LOG.info(
                "Mailbox {}: {} messages lay there before, {} are to be read",
                mailbox.key(),
                old.size(),
                found.size() - old.size());
        return old;
    }

    /** The highest UID below which everything is old: one number instead of a row for each message. */
    private static long markOf(List<Found> found, Set<Found> old) {
        long lowestNew = found.stream()
                .filter(one -> !old.contains(one))
                .mapToLong(one -> number(one.locator()))
                .min()
                .orElse(Long.MAX_VALUE);
        return old.stream()
                .mapToLong(one -> number(one.locator()))
                .filter(uid -> uid < lowestNew)
                .max()
                .orElse(0);
    }

    private void remember(Locator locator) {
        if (settled != null) {
            settled.add(locator.uid());
        }
    }

    private int failures(Found found) {
        return ledger.readFailures(mailbox.key(), found.locator());
    }

    private void read(MailStore store, Found found) throws MailStoreException, IOException {
        Optional<MailId> id = fetch(store, found);
        if (id.isPresent()) {
            remember(found.locator());
            processor.process(id.get());
        }
    }

    private Optional<MailId> fetch(MailStore store, Found found) throws MailStoreException, IOException {
        try (Spool spool = new Spool(found.size() > sizeLimit ? BEGINNING : sizeLimit)) {
            store.fetch(found.locator(), source -> {
                try (InputStream in = source.open()) {
                    spool.fill(in);
                }
            });
            return Optional.of(rows.store(mailbox, found.locator(), spool).id());
        } catch (MessageGoneException e) {
            LOG.debug("A message of mailbox {} went away before it was read", mailbox.key());
            return Optional.empty();
        } catch (MailStoreException e) {
            if (!OF_A_MESSAGE.contains(e.code())) {
                throw e;
            }
            return giveUpOrThrow(found, e);
        }
    }

    /** The line may be broken now, so the turn ends; the next one takes this message last, and not for ever. */
    private Optional<MailId> giveUpOrThrow(Found found, MailStoreException failure) throws MailStoreException {
        ledger.readFailed(mailbox.key(), found.locator());
        if (failures(found) < MOST_READ_FAILURES) {
            throw failure;
        }
        MailId id = rows.storeUnreadable(
                mailbox,
                found.locator(),
                "The server could not hand it out in " + MOST_READ_FAILURES + " attempts; it stays there. "
                        + failure.getMessage());
        return Optional.of(id);
    }

    private @Nullable String disposeAll(MailStore store, BooleanSupplier goOn) throws MailStoreException {
        Optional<Disposition> disposition = disposition();
        String trouble = null;
        if (disposition.isEmpty()) {
            return null;
        }
        for (Locator locator : toDispose()) {
            if (!goOn.getAsBoolean()) {
                return trouble;
            }
            try {
                store.dispose(locator, disposition.get());
                ledger.disposed(mailbox.key(), locator);
            } catch (MailStoreException e) {
                ledger.disposeFailed(mailbox.key(), locator);
                if (!OF_A_DISPOSITION.contains(e.code())) {
                    throw e;
                }
                trouble = "A mail that was read could not be " + done() + " on the server: " + e.getMessage();
            }
        }
        return trouble;
    }

    private Optional<Disposition> disposition() {
        return switch (mailbox.afterReading()) {
            case LEAVE -> Optional.empty();
            case SEEN -> Optional.of(new Disposition.MarkSeen());
            case MOVE -> Optional.ofNullable(mailbox.moveTo()).map(Disposition.Move::new);
            case DELETE -> Optional.of(new Disposition.Delete());
        };
    }

    private String done() {
        return switch (mailbox.afterReading()) {
            case LEAVE -> "left";
            case SEEN -> "marked as seen";
            case MOVE -> "moved";
            case DELETE -> "deleted";
        };
    }
}
