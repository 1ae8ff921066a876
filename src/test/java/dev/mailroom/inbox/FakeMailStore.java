package dev.mailroom.inbox;

import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.mailstore.MessageGoneException;
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
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One folder in memory. */
final class FakeMailStore implements MailStore {

    private record Message(byte[] bytes, @Nullable Instant date) {}

    private final Map<Long, Message> messages = new LinkedHashMap<>();
    final List<String> disposed = new ArrayList<>();
    final List<String> fetched = new ArrayList<>();
    final Set<String> unfetchable = new HashSet<>();
    int commands;
    int lists;
    private long next = 1;
    long validity = 7;

    /** Says yes to DELE and keeps the message. */
    boolean keepsDeleted;

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

    int count() {
        return messages.size();
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
        lists++;
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
        commands++;
        if (unfetchable.contains(locator.uid())) {
            throw new MailStoreException(
                    Code.PROTOCOL, "Answered in a way that was not expected", new IOException("x"));
        }
        fetched.add(locator.uid());
        Message message = messages.get(Long.parseLong(locator.uid()));
        if (message == null) {
            throw new MessageGoneException(locator);
        }
        consumer.accept(ByteSource.of(message.bytes()));
    }

    /** As IMAP does: one command, which fails as a whole. */
    @Override
    public void fetchSmall(List<Locator> locators, int most, SmallMessages consumer)
            throws MailStoreException, IOException {
        commands++;
        if (locators.stream().map(Locator::uid).anyMatch(unfetchable::contains)) {
            throw new MailStoreException(
                    Code.PROTOCOL, "Answered in a way that was not expected", new IOException("x"));
        }
        for (Locator locator : locators) {
            Message message = messages.get(Long.parseLong(locator.uid()));
            if (message != null && message.bytes().length <= most) {
                fetched.add(locator.uid());
                consumer.accept(locator, message.bytes());
            }
        }
    }

    @Override
    public void dispose(List<Locator> locators, Disposition disposition) throws MailStoreException {
        fail(disposeFails);
        commands++;
        for (Locator locator : locators) {
            long uid = Long.parseLong(locator.uid());
            if (messages.containsKey(uid)) {
                disposed.add(disposition.getClass().getSimpleName() + " " + uid);
            }
            if (!(disposition instanceof Disposition.MarkSeen) && !keepsDeleted) {
                messages.remove(uid);
            }
        }
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

    /** Another line to a server that sends its list drop by drop, until the line is cut. */
    static MailStore hangingUntil(CountDownLatch cut, CountDownLatch begun) {
        return new MailStore() {
            @Override
            public List<Found> list(KnownLocators known) throws MailStoreException {
                begun.countDown();
                try {
                    cut.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new MailStoreException(Code.NO_ANSWER, "The connection broke", new IOException("x"));
            }

            @Override
            public void fetch(Locator locator, ContentConsumer consumer) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void dispose(List<Locator> locators, Disposition disposition) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean awaitNews(Duration atMost) {
                return false;
            }

            @Override
            public long uidValidity() {
                return 7;
            }

            @Override
            public void abort() {
                cut.countDown();
            }

            @Override
            public void close() {
                abort();
            }
        };
    }

    @Override
    public void close() {
        fetched.add("closed");
    }
}
