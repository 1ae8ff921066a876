package dev.mailroom.inbox;

import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.mailstore.MessageGoneException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A POP3 session whose locators name one message for ever, whatever the server does with its unique ids. */
final class SteadyPop3Store implements MailStore {

    private final MailStore store;
    private final UidlMemory memory;
    private final Set<String> deleted = new HashSet<>();
    private Map<Locator, Found> named = Map.of();

    SteadyPop3Store(MailStore store, UidlMemory memory) {
        this.store = store;
        this.memory = memory;
    }

    @Override
    public List<Found> list(KnownLocators known) throws MailStoreException {
        named = memory.named(store.list(any -> false), store);
        List<Found> unknown = new ArrayList<>();
        named.forEach((locator, found) -> {
            if (!known.contains(locator)) {
                unknown.add(new Found(locator, found.size(), found.internalDate()));
            }
        });
        return List.copyOf(unknown);
    }

    @Override
    public void fetch(Locator locator, ContentConsumer consumer) throws MailStoreException, IOException {
        Found found = named.get(locator);
        if (found == null) {
            throw new MessageGoneException(locator);
        }
        store.fetch(found.locator(), consumer);
    }

    /** Noted first: when one of several fails, those before it are marked as deleted in the session all the same. */
    @Override
    public void dispose(List<Locator> locators, Disposition disposition) throws MailStoreException {
        List<Locator> here = locators.stream()
                .map(named::get)
                .filter(Objects::nonNull)
                .map(Found::locator)
                .toList();
        here.forEach(locator -> deleted.add(locator.uid()));
        store.dispose(here, disposition);
    }

    @Override
    public boolean awaitNews(Duration atMost) throws MailStoreException {
        return store.awaitNews(atMost);
    }

    @Override
    public long uidValidity() {
        return store.uidValidity();
    }

    @Override
    public void abort() {
        store.abort();
    }

    @Override
    public void close() {
        try {
            if (!deleted.isEmpty()) {
                memory.toldToDelete(deleted);
            }
        } catch (RuntimeException notWritten) {
            // Without the note nothing may be deleted, and without QUIT nothing is.
            store.abort();
            throw notWritten;
        } finally {
            store.close();
        }
    }
}
