package dev.mailroom.inbox;

import dev.mailroom.inbox.LocatorLedger.FirstContact;
import dev.mailroom.inbox.UidlLedger.Seen;
import dev.mailroom.journal.Journal;
import dev.mailroom.mailstore.DateReader;
import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.mailstore.MessageGoneException;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.StartFrom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives the messages of a POP3 mailbox names that stay theirs. A server should never give a unique id to a second
 * message (RFC 1939 7); some do, and some number all of them anew. So an id that was gone and is back, or comes with
 * another size, is another message until its content says otherwise: it is read, and the content key decides. For one
 * mailbox, one session at a time.
 */
final class UidlMemory {

    /** A message that comes back this often after it was deleted is one that the server keeps. */
    private static final int KEPT_BY_SERVER = 3;

    private static final int LONGEST_HEAD = 256 * 1024;

    private static final String FOLDER = "INBOX";

    private final InputMailbox mailbox;
    private final UidlLedger uidls;
    private final LocatorLedger locators;
    private final Journal journal;
    private final TransactionTemplate transaction;
    private final Set<String> fromBefore = new HashSet<>();
    private @Nullable Map<String, Seen> lastListed;

    UidlMemory(
            InputMailbox mailbox,
            UidlLedger uidls,
            LocatorLedger locators,
            Journal journal,
            TransactionTemplate transaction) {
        this.mailbox = mailbox;
        this.uidls = uidls;
        this.locators = locators;
        this.journal = journal;
        this.transaction = transaction;
    }

    /** @return by their names, the messages as the server lists them; without those from before the start */
    Map<Locator, Found> named(List<Found> listed, MailStore store) throws MailStoreException {
        return new Session(listed, store).named();
    }

    /** Written before QUIT: whatever is listed under this id afterwards is looked at before it is deleted, too. */
    void toldToDelete(Set<String> ids) {
        Map<String, Seen> known = lastListed();
        List<Seen> gone = ids.stream()
                .map(known::get)
                .filter(seen -> seen != null)
                .map(Seen::gone)
                .toList();
        transaction.executeWithoutResult(status -> uidls.update(mailbox.key(), gone));
        ids.forEach(known::remove);
    }

    private Map<String, Seen> lastListed() {
        Map<String, Seen> known = lastListed;
        if (known == null) {
            known = new HashMap<>(uidls.listed(mailbox.key()));
            lastListed = known;
        }
        return known;
    }

    /** One listing, compared with the one before. */
    private final class Session {

        private final List<Found> listed;
        private final MailStore store;
        private final Map<String, Seen> before = lastListed();
        private final Map<String, Seen> earlier;
        private final Optional<FirstContact> contact;
        private final Map<String, Seen> now = new HashMap<>();
        private final List<Seen> added = new ArrayList<>();
        private final List<Seen> changed = new ArrayList<>();
        private final List<Locator> old = new ArrayList<>();
        private @Nullable Set<Long> vanishedSizes;

        Session(List<Found> listed, MailStore store) {
            this.listed = listed;
            this.store = store;
            List<String> strange =
                    uids().stream().filter(id -> !before.containsKey(id)).toList();
            earlier = uidls.find(mailbox.key(), strange);
            contact = locators.firstContact(mailbox.key(), FOLDER);
        }

        private List<String> uids() {
            return listed.stream().map(found -> found.locator().uid()).toList();
        }

        Map<Locator, Found> named() throws MailStoreException {
            Map<Locator, Found> named = new LinkedHashMap<>();
            for (Found found : listed) {
                Seen seen = seen(found);
                now.put(seen.uidl(), seen);
                if (!fromBefore.contains(seen.name())) {
                    named.put(locator(seen.name()), dated(found));
                }
            }
            before.values().stream()
                    .filter(seen -> !now.containsKey(seen.uidl()))
                    .map(Seen::gone)
                    .forEach(changed::add);
            transaction.executeWithoutResult(status -> {
                uidls.insert(mailbox.key(), added);
                uidls.update(mailbox.key(), changed);
                locators.seenBefore(mailbox.key(), old);
            });
            lastListed = now;
            return named;
        }

        private Seen seen(Found found) throws MailStoreException {
            String id = found.locator().uid();
            Seen known = before.getOrDefault(id, earlier.get(id));
            if (known == null) {
                Seen first = new Seen(id, 1, found.size(), true);
                added.add(first);
                if (isRenumbered(found)) {
                    fromBefore.add(first.name());
                    old.add(locator(first.name()));
                }
                return first;
            }
            if (known.listed() && known.hasSize(found.size())) {
                return known;
            }
            Seen seen = isStill(known, found) ? known.listed(found.size()) : known.next(found.size());
            changed.add(seen);
            return seen;
        }

        /** Whether it is the same message although it was away, or has another size. */
        private boolean isStill(Seen known, Found found) throws MailStoreException {
            Locator name = locator(known.name());
            if (locators.isFromBefore(mailbox.key(), name)) {
                return isOld(head(found));
            }
            Optional<MailId> mail = locators.mailAt(mailbox.key(), name);
            if (mail.isEmpty()) {
                return true;
            }
            return known.listed()
                    ? hasIdOf(mail.get(), head(found))
                    : known.hasSize(found.size()) && isKeptByServer(known, mail.get());
        }

        /** Some servers write into messages, and so change their size: under its old id such a one is no other. */
        private boolean hasIdOf(MailId mail, RawHead head) {
            String there = head.messageId().map(MessageId::value).orElse(null);
            return there != null
                    && journal.find(mail)
                            .map(entry -> there.equals(entry.heading().messageId()))
                            .orElse(false);
        }

        private boolean isKeptByServer(Seen known, MailId mail) {
            return known.generation() >= KEPT_BY_SERVER
                    && IntStream.rangeClosed(known.generation() - KEPT_BY_SERVER + 1, known.generation())
                            .mapToObj(which -> locators.mailAt(mailbox.key(), locator(known.name(which))))
                            .allMatch(Optional.of(mail)::equals);
        }

        /** An id never heard of, for a message as large as one from before the start whose id is gone, and as old. */
        private boolean isRenumbered(Found found) throws MailStoreException {
            return contact.isPresent()
                    && !(mailbox.startFrom() instanceof StartFrom.All)
                    && vanishedSizes().contains(found.size())
                    && isOld(head(found));
        }

        private Set<Long> vanishedSizes() {
            Set<Long> sizes = vanishedSizes;
            if (sizes == null) {
                Set<String> there = new HashSet<>(uids());
                sizes = new HashSet<>();
                for (Seen seen : before.values()) {
                    if (!there.contains(seen.uidl()) && locators.isFromBefore(mailbox.key(), locator(seen.name()))) {
                        sizes.add(seen.size());
                    }
                }
                vanishedSizes = sizes;
            }
            return sizes;
        }

        private boolean isOld(RawHead head) {
            Instant start = mailbox.startFrom() instanceof StartFrom.Day from
                    ? from.day().atStartOfDay(ZoneOffset.UTC).toInstant()
                    : contact.map(FirstContact::at).orElse(Instant.MIN);
            return arrived(head).map(arrival -> arrival.isBefore(start)).orElse(false);
        }

        /** POP3 tells no dates: where a day divides old from new, the header does. */
        private Found dated(Found found) throws MailStoreException {
            boolean asked = contact.isEmpty() && mailbox.startFrom() instanceof StartFrom.Day;
            return asked
                    ? new Found(
                            found.locator(), found.size(), arrived(head(found)).orElse(null))
                    : found;
        }

        private RawHead head(Found found) throws MailStoreException {
            ByteSource[] head = {ByteSource.of(new byte[0])};
            try {
                store.fetchHead(found.locator(), source -> {
                    try (InputStream in = source.open()) {
                        head[0] = ByteSource.of(in.readNBytes(LONGEST_HEAD));
                    }
                });
                return RawHead.read(head[0]);
            } catch (MessageGoneException gone) {
                return nothing();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private static RawHead nothing() {
            try {
                return RawHead.read(() -> new ByteArrayInputStream(new byte[0]));
            } catch (IOException impossible) {
                throw new java.io.UncheckedIOException(impossible);
            }
        }
    }

    private static Locator locator(String name) {
        return new Locator(FOLDER, 0, name);
    }

    /** When the server got it, by its own line, which is the first; a mail without one says when it was written. */
    private static Optional<Instant> arrived(RawHead head) {
        return head.field("Received")
                .map(received -> received.substring(received.lastIndexOf(';') + 1))
                .or(() -> head.field("Date"))
                .flatMap(DateReader::read);
    }
}
