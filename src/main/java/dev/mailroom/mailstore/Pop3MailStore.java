package dev.mailroom.mailstore;

import dev.mailroom.network.ConnectionReport.Code;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * POP3 by unique ids (UIDL), which must therefore be offered. A session sees the mailbox as it was at the login; what is
 * deleted goes with QUIT at {@link #close}, so a line that breaks deletes nothing.
 */
final class Pop3MailStore implements MailStore {

    private static final String FOLDER = "INBOX";

    private final Pop3Line line;
    private final Set<String> deleted = new HashSet<>();
    private @Nullable Map<String, Entry> entries;

    private record Entry(int number, long size) {}

    Pop3MailStore(Pop3Line line) {
        this.line = line;
    }

    @Override
    public List<Found> list(KnownLocators known) throws MailStoreException {
        List<Found> found = new ArrayList<>();
        entries().entrySet().stream()
                .sorted(Map.Entry.comparingByValue(java.util.Comparator.comparingInt(Entry::number)))
                .forEach(entry -> {
                    Locator locator = new Locator(FOLDER, 0, entry.getKey());
                    if (!deleted.contains(entry.getKey()) && !known.contains(locator)) {
                        found.add(new Found(locator, entry.getValue().size(), null));
                    }
                });
        return List.copyOf(found);
    }

    @Override
    public void fetch(Locator locator, ContentConsumer consumer) throws MailStoreException, IOException {
        Entry entry = entry(locator);
        take(locator, () -> line.retrieve(entry.number(), entry.size()), consumer);
    }

    @Override
    public void fetchHead(Locator locator, ContentConsumer consumer) throws MailStoreException, IOException {
        Entry entry = entry(locator);
        take(
                locator,
                () -> {
                    Optional<InputStream> head = line.head(entry.number());
                    return head.isPresent() ? head : line.retrieve(entry.number(), entry.size());
                },
                consumer);
    }

    private Entry entry(Locator locator) throws MailStoreException, MessageGoneException {
        Entry entry = entries().get(locator.uid());
        if (entry == null || deleted.contains(locator.uid())) {
            throw new MessageGoneException(locator);
        }
        return entry;
    }

    @FunctionalInterface
    private interface Command {
        Optional<InputStream> send() throws IOException;
    }

    private void take(Locator locator, Command command, ContentConsumer consumer)
            throws MailStoreException, IOException {
        Content content;
        try {
            content = new Content(command.send().orElseThrow(() -> new MessageGoneException(locator)));
        } catch (MessageGoneException gone) {
            throw gone;
        } catch (IOException e) {
            throw broken(e);
        }
        try {
            consumer.accept(content::open);
        } catch (IOException e) {
            if (content.failure != null) {
                throw broken(content.failure);
            }
            // Half a message lies on the line: no further command could be told from it.
            line.abort();
            throw e;
        }
        try {
            content.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw broken(e);
        } finally {
            line.noDeadline();
        }
    }

    @Override
    public void dispose(List<Locator> locators, Disposition disposition) throws MailStoreException {
        if (!(disposition instanceof Disposition.Delete)) {
            throw new IllegalArgumentException("POP3 knows neither folders nor flags: it can only delete");
        }
        for (Locator locator : locators) {
            delete(locator);
        }
    }

    private void delete(Locator locator) throws MailStoreException {
        Entry entry = entries().get(locator.uid());
        if (entry == null || deleted.contains(locator.uid())) {
            return;
        }
        try {
            if (!line.ask("DELE " + entry.number()).startsWith("+OK")) {
                throw new MailStoreException(Code.PROTOCOL, line.server().host() + " refuses to delete", null);
            }
            deleted.add(locator.uid());
        } catch (IOException e) {
            throw broken(e);
        } finally {
            line.noDeadline();
        }
    }

    @Override
    public boolean awaitNews(Duration atMost) {
        return false;
    }

    @Override
    public long uidValidity() {
        return 0;
    }

    @Override
    public void abort() {
        line.abort();
    }

    /** Deletions that the server does not confirm here are still listed in the next session. */
    @Override
    public void close() {
        try {
            line.quit();
        } catch (IOException broken) {
            // Then nothing was deleted, and the next session repeats it.
            line.abort();
        } finally {
            line.abort();
        }
    }

    Map<String, Entry> entries() throws MailStoreException {
        Map<String, Entry> known = entries;
        if (known != null) {
            return known;
        }
        try {
            List<String> ids = line.listing("UIDL")
                    .orElseThrow(() -> new MailStoreException(
                            Code.NO_UIDL, line.server().host() + " offers no unique ids (UIDL)", null));
            Map<Integer, Long> sizes = new HashMap<>();
            for (String listed : line.listing("LIST").orElse(List.of())) {
                String[] words = listed.strip().split("\\s+", 3);
                if (words.length >= 2) {
                    sizes.put(number(words[0]), (long) number(words[1]));
                }
            }
            Map<String, Entry> read = new HashMap<>();
            for (String listed : ids) {
                String[] words = listed.strip().split("\\s+", 2);
                if (words.length == 2) {
                    int number = number(words[0]);
                    read.putIfAbsent(words[1], new Entry(number, sizes.getOrDefault(number, -1L)));
                }
            }
            entries = read;
            return read;
        } catch (IOException e) {
            throw broken(e);
        } finally {
            line.noDeadline();
        }
    }

    private MailStoreException broken(IOException e) {
        return StoreFailures.ofLine(e, line.server(), e);
    }

    private int number(String text) throws MailStoreException {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new MailStoreException(
                    Code.PROTOCOL, line.server().host() + " answered in a way that was not expected", e);
        }
    }

    /** Remembers whether the line broke, whatever the reader makes of it. */
    private static final class Content extends FilterInputStream {
        private boolean opened;
        private @Nullable IOException failure;

        Content(InputStream message) {
            super(message);
        }

        InputStream open() throws IOException {
            if (opened) {
                throw new IOException("The message can be read once; fetch it again");
            }
            opened = true;
            return this;
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return super.read(into, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public void close() {
            // The rest of the message still has to be taken from the line.
        }
    }
}
