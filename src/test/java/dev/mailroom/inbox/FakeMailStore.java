package dev.mailroom.inbox;

import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.message.ByteSource;
import dev.mailroom.network.ConnectionReport.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One folder in memory. */
final class FakeMailStore implements MailStore {

    private record Message(byte[] bytes, @Nullable Instant date) {}

    private final Map<Long, Message> messages = new LinkedHashMap<>();
    final List<String> disposed = new ArrayList<>();
    final List<String> fetched = new ArrayList<>();
    final Set<String> unfetchable = new HashSet<>();
    private long next = 1;
    long validity = 7;

    @Nullable
    Code disposeFails;

    @Nullable
    Code listFails;

    void add(String mail) {
        add(mail, Instant.parse("2026-11-22T09:00:00Z"));
    }

    void add(String mail, @Nullable Instant date) {
        messages.put(next++, new Message(mail.getBytes(StandardCharsets.UTF_8), date));
    }

    /** As a server does that was set up anew from a copy: every message gets another name. */
    void renumber() {
        List<Message> all = new ArrayList<>(messages.values());
        messages.clear();
        validity++;
        next = 101;
        all.forEach(message -> messages.put(next++, message));
    }

    /** Under a name of the test's choice; POP3 servers choose theirs as they like. */
    void put(long uid, String mail) {
        messages.put(uid, new Message(mail.getBytes(StandardCharsets.UTF_8), null));
    }

    void remove(long uid) {
        messages.remove(uid);
    }

    @Override
    public List<Found> list(KnownLocators known) throws MailStoreException {
        fail(listFails);
        List<Found> found = new ArrayList<>();
        messages.forEach((uid, message) -> {
            Locator locator = new Locator("INBOX", validity, Long.toString(uid));
            if (!known.contains(locator)) {
                found.add(new Found(locator, message.bytes().length, message.date()));
            }
        });
        return List.copyOf(found);
    }

    @Override
    public void fetch(Locator locator, ContentConsumer consumer) throws MailStoreException, IOException {
        if (unfetchable.contains(locator.uid())) {
            throw new MailStoreException(
                    Code.PROTOCOL, "Answered in a way that was not expected", new IOException("x"));
        }
        fetched.add(locator.uid());
        consumer.accept(
                ByteSource.of(messages.get(Long.parseLong(locator.uid())).bytes()));
    }

    @Override
    public void dispose(Locator locator, Disposition disposition) throws MailStoreException {
        fail(disposeFails);
        disposed.add(disposition.getClass().getSimpleName() + " " + locator.uid());
    }

    private static void fail(@Nullable Code code) throws MailStoreException {
        if (code != null) {
            throw new MailStoreException(code, "The server fails", new IOException("x"));
        }
    }

    @Override
    public boolean awaitNews(Duration atMost) {
        return false;
    }

    @Override
    public long uidValidity() {
        return validity;
    }

    @Override
    public void abort() {
        messages.clear();
    }

    @Override
    public void close() {
        fetched.add("closed");
    }
}
