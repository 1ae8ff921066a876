package dev.mailroom.inbox;

import dev.mailroom.inbox.LocatorLedger.FirstContact;
import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStore.Disposition;
import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.AfterReading;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
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

    private static final Logger LOG = LoggerFactory.getLogger(MailboxTurn.class);

    private final InputMailbox mailbox;
    private final LocatorLedger ledger;
    private final InboxProcessor processor;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Executor threads;
    private final Reading reading;
    private final Disposing disposing;

    private @Nullable Set<String> settled;
    private long validity;
    private long seenUpTo;

    /** Listed and not read to the end by the last turn. */
    private List<Found> rest = List.of();

    private @Nullable MailStore restOf;

    /** Settled messages that the last list held, where that matters. */
    private final Set<Locator> stillThere = new LinkedHashSet<>();

    /**
     * @param threads where mails are decided
     * @param sizeLimit bytes of a mail that is read
     */
    MailboxTurn(
            InputMailbox mailbox,
            InboxRows rows,
            LocatorLedger ledger,
            InboxProcessor processor,
            TransactionTemplate transaction,
            Clock clock,
            Executor threads,
            long sizeLimit) {
        this.mailbox = mailbox;
        this.ledger = ledger;
        this.processor = processor;
        this.transaction = transaction;
        this.clock = clock;
        this.threads = threads;
        this.reading = new Reading(mailbox, rows, ledger, sizeLimit, this::remember);
        this.disposing = new Disposing(mailbox, ledger, transaction);
    }

    /**
     * @param more mails are left for the next turn
     * @param trouble what could not be done on the server, in words
     */
    record Result(int read, boolean more, @Nullable String trouble) {}

    /** @param goOn asked before each round trip: false when the lease is gone or the node stops */
    Result take(MailStore store, BooleanSupplier goOn) throws MailStoreException, IOException {
        Instant end = clock.instant().plus(LONGEST);
        List<Found> unknown = unread(store);
        rest = unknown;
        Deque<List<Found>> portions = new ArrayDeque<>(reading.portions(unknown, failures(unknown)));
        int count = 0;
        try (Deciding deciding = new Deciding(processor, threads)) {
            while (!portions.isEmpty()
                    && goOn.getAsBoolean()
                    && count < MOST_MAILS
                    && !clock.instant().isAfter(end)) {
                List<Found> portion = portions.remove();
                deciding.begin(reading.read(store, portion));
                count += portion.size();
            }
        }
        rest = portions.stream().flatMap(List::stream).toList();
        restOf = store;
        return new Result(count, !rest.isEmpty(), disposeAll(store, goOn));
    }

    /** Whether a list was seen: before that nobody knows what lies there. */
    boolean hasLooked() {
        return settled != null;
    }

    /** When the server got the oldest mail that lies there and is not received yet; null = there is none, or it does not tell. */
    @Nullable
    Instant unreadSince() {
        return rest.stream()
                .filter(found ->
                        settled == null || !settled.contains(found.locator().uid()))
                .map(Found::internalDate)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** What the last turn on this line left over, else a new list: a large backlog is listed once, not with every turn. */
    @SuppressWarnings("ReferenceEquality") // another line may see another folder under the same name
    private List<Found> unread(MailStore store) throws MailStoreException {
        boolean isSame = restOf == store && !rest.isEmpty() && settled != null && validity == store.uidValidity();
        List<Found> unread = isSame ? rest : list(store);
        restOf = null;
        return unread;
    }

    private Map<String, Integer> failures(List<Found> unknown) {
        return unknown.isEmpty() ? Map.of() : ledger.readFailures(mailbox.key(), folder(), validity);
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
        List<Locator> all =
                new ArrayList<>(ledger.toDispose(mailbox.key(), folder(), validity, Disposing.MOST_FAILURES));
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

    private @Nullable String disposeAll(MailStore store, BooleanSupplier goOn) throws MailStoreException {
        Optional<Disposition> disposition = disposing.disposition();
        return disposition.isEmpty() ? null : disposing.dispose(store, disposition.get(), toDispose(), goOn);
    }
}
