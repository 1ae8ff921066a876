package dev.mailroom.inbox;

import static java.util.stream.Collectors.toCollection;

import dev.mailroom.inbox.Deciding.Stored;
import dev.mailroom.inbox.InboxRows.Taken;
import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.mailstore.MessageGoneException;
import dev.mailroom.message.MailId;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.registry.InputMailbox;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Brings messages from the server into the journal: small ones together, in one round trip and one transaction. What
 * goes wrong with one of them is put down to that one, so that no message keeps others from being read. For one thread.
 */
final class Reading {

    private static final int MOST_FAILURES = 3;

    /** Of a mail beyond the size limit this much is kept: its header, for people. */
    private static final long BEGINNING = 64 * 1024;

    /** Failures that may well be one message's own fault. */
    private static final Set<Code> OF_A_MESSAGE = EnumSet.of(Code.PROTOCOL);

    private static final Logger LOG = LoggerFactory.getLogger(Reading.class);

    private final InputMailbox mailbox;
    private final InboxRows rows;
    private final LocatorLedger ledger;
    private final long sizeLimit;
    private final Consumer<Locator> settled;

    /** Messages that were being read when something broke, the last one last. */
    private final Set<Locator> suspects = new LinkedHashSet<>();

    /** @param settled told of each message that has its row */
    Reading(InputMailbox mailbox, InboxRows rows, LocatorLedger ledger, long sizeLimit, Consumer<Locator> settled) {
        this.mailbox = mailbox;
        this.rows = rows;
        this.ledger = ledger;
        this.sizeLimit = sizeLimit;
        this.settled = settled;
    }

    /** @param failures of earlier turns, by UID */
    List<List<Found>> portions(List<Found> found, Map<String, Integer> failures) {
        suspects.retainAll(found.stream().map(Found::locator).collect(toCollection(LinkedHashSet::new)));
        return Portions.of(found, failures, suspects, small());
    }

    private int small() {
        return (int) Math.min(Portions.SMALL, sizeLimit);
    }

    List<Stored> read(MailStore store, List<Found> portion) throws MailStoreException, IOException {
        List<Stored> stored = new ArrayList<>();
        List<Found> left = new ArrayList<>(portion);
        if (portion.size() > 1) {
            stored.addAll(together(store, left));
        }
        boolean isFirst = true;
        for (Found found : left) {
            try {
                stored.addAll(alone(store, found));
            } catch (MailStoreException e) {
                suspect(found.locator());
                if (isFirst && portion.size() > 1 && !OF_A_MESSAGE.contains(e.code())) {
                    lineBrokeBy(portion);
                }
                throw e;
            }
            isFirst = false;
        }
        return stored;
    }

    /** @param left those that were read are taken out of it */
    private List<Stored> together(MailStore store, List<Found> left) throws MailStoreException, IOException {
        Map<Locator, Taken> taken = new LinkedHashMap<>();
        try {
            store.fetchSmall(
                    left.stream().map(Found::locator).toList(),
                    small(),
                    (locator, raw) -> taken.put(locator, Taken.of(locator, spooled(raw))));
        } catch (MailStoreException e) {
            if (!OF_A_MESSAGE.contains(e.code())) {
                left.forEach(found -> suspect(found.locator()));
                throw e;
            }
            LOG.debug("Messages of mailbox {} could not be fetched together", mailbox.key());
            return List.of();
        }
        left.removeIf(found -> taken.containsKey(found.locator()));
        return store(List.copyOf(taken.values()));
    }

    /** The server said no to all of them and then went away: from now on each is asked for by itself. */
    private void lineBrokeBy(List<Found> portion) {
        portion.forEach(found -> ledger.readFailed(mailbox.key(), found.locator()));
    }

    private void suspect(Locator locator) {
        suspects.remove(locator);
        suspects.add(locator);
    }

    private static Spool spooled(byte[] raw) throws IOException {
        Spool spool = new Spool(raw.length);
        spool.fill(new ByteArrayInputStream(raw));
        return spool;
    }

    private List<Stored> store(List<Taken> mails) throws IOException {
        try {
            return noted(mails, rows.storeAll(mailbox, mails));
        } catch (DataAccessException oneOfThem) {
            LOG.debug("Mails of mailbox {} are stored one by one: {}", mailbox.key(), Failures.name(oneOfThem));
            return oneByOne(mails);
        }
    }

    private List<Stored> oneByOne(List<Taken> mails) throws IOException {
        List<Stored> stored = new ArrayList<>();
        RuntimeException failure = null;
        for (Taken mail : mails) {
            try {
                stored.addAll(noted(List.of(mail), Map.of(mail.locator(), storeOrGiveUp(mail))));
            } catch (DataAccessException e) {
                failure = e;
            }
        }
        if (stored.isEmpty() && failure != null) {
            throw failure;
        }
        return stored;
    }

    /** A mail that the database refuses again and again is put down without its bytes, and the others go on. */
    private MailId storeOrGiveUp(Taken mail) throws IOException {
        try {
            return rows.store(mailbox, mail);
        } catch (DataAccessException e) {
            if (Failures.isTransient(e) || !failedTooOften(mail.locator())) {
                throw e;
            }
            LOG.error("A mail of mailbox {} cannot be stored: {}", mailbox.key(), Failures.name(e));
            return rows.storeUnreadable(
                    mailbox,
                    mail.locator(),
                    "It could not be stored in " + MOST_FAILURES + " attempts; it stays on the server. "
                            + Failures.name(e));
        }
    }

    private boolean failedTooOften(Locator locator) {
        ledger.readFailed(mailbox.key(), locator);
        return ledger.readFailures(mailbox.key(), locator) >= MOST_FAILURES;
    }

    private List<Stored> noted(List<Taken> mails, Map<Locator, MailId> ids) {
        List<Stored> stored = new ArrayList<>();
        for (Taken mail : mails) {
            suspects.remove(mail.locator());
            settled.accept(mail.locator());
            MailId id = ids.get(mail.locator());
            if (id != null && stored.stream().noneMatch(other -> other.id().equals(id))) {
                stored.add(new Stored(id, mail.head().conversation()));
            }
        }
        return stored;
    }

    private List<Stored> alone(MailStore store, Found found) throws MailStoreException, IOException {
        try (Spool spool = new Spool(found.size() > sizeLimit ? BEGINNING : sizeLimit)) {
            store.fetch(found.locator(), source -> {
                try (InputStream in = source.open()) {
                    spool.fill(in);
                }
            });
            return oneByOne(List.of(Taken.of(found.locator(), spool)));
        } catch (MessageGoneException e) {
            LOG.debug("A message of mailbox {} went away before it was read", mailbox.key());
            return List.of();
        } catch (MailStoreException e) {
            if (!OF_A_MESSAGE.contains(e.code()) || !failedTooOften(found.locator())) {
                throw e;
            }
            return List.of(new Stored(givenUp(found, e), Set.of()));
        }
    }

    private MailId givenUp(Found found, MailStoreException failure) {
        settled.accept(found.locator());
        return rows.storeUnreadable(
                mailbox,
                found.locator(),
                "The server could not hand it out in " + MOST_FAILURES + " attempts; it stays there. "
                        + failure.getMessage());
    }
}
