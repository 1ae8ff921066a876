package dev.mailroom.mailstore;

import dev.mailroom.network.FilteredLine;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.registry.InputMailbox;
import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.angus.mail.iap.Argument;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.protocol.BODY;
import org.eclipse.angus.mail.imap.protocol.FetchResponse;
import org.eclipse.angus.mail.imap.protocol.IMAPResponse;
import org.eclipse.angus.mail.imap.protocol.INTERNALDATE;
import org.eclipse.angus.mail.imap.protocol.ListInfo;
import org.eclipse.angus.mail.imap.protocol.RFC822SIZE;
import org.eclipse.angus.mail.imap.protocol.UID;
import org.jspecify.annotations.Nullable;

/**
 * IMAP4rev1 (RFC 3501, RFC 9051) by UIDs only: sequence numbers name another message as soon as somebody else deletes
 * one. The folder is opened read-only until the first {@link #dispose}; bodies are fetched with PEEK, so reading leaves
 * no trace. Expunges by UID (RFC 4315) or not at all.
 */
final class ImapMailStore implements MailStore {

    /** Bytes asked for at once: one round trip for most mails, bounded memory for all. */
    static final int CHUNK = 1024 * 1024;

    /** What literals of one reply may have: a chunk, and room for small ones beside it. */
    static final int LITERAL_CAP = CHUNK + 64 * 1024;

    /** Room for the UIDs of two million messages. */
    private static final long LARGEST_LISTING = 32L * 1024 * 1024;

    private static final int ASKED_AT_ONCE = 400;
    private static final int DISPOSED_AT_ONCE = 200;

    private final InputMailbox mailbox;
    private final InboundTimeoutProperties timeouts;
    private final ImapLine imap;
    private final FilteredLine line;
    private final IMAPFolder folder;
    private final AtomicBoolean news = new AtomicBoolean();
    private final ImapDisposal disposal = new ImapDisposal(this);

    ImapMailStore(InputMailbox mailbox, InboundTimeoutProperties timeouts, ImapLine imap) {
        this.mailbox = mailbox;
        this.timeouts = timeouts;
        this.imap = imap;
        this.line = imap.line();
        this.folder = imap.folder();
    }

    /** From now on an announcement of new mail is noticed, whichever command it comes with. */
    void listen() throws MessagingException {
        folder.doCommand(protocol -> {
            protocol.addResponseHandler(response -> {
                if (response instanceof IMAPResponse imap && imap.keyEquals("EXISTS")) {
                    news.set(true);
                }
            });
            return null;
        });
    }

    @Override
    public List<Found> list(KnownLocators known) throws MailStoreException {
        try {
            List<Found> found = new ArrayList<>();
            // Not by the library's count: that one still holds what was expunged since.
            news.set(false);
            List<Long> unknown = new ArrayList<>();
            for (long uid : search("ALL")) {
                if (!known.contains(locator(uid))) {
                    unknown.add(uid);
                }
            }
            unknown.sort(null);
            for (int at = 0; at < unknown.size(); at += ASKED_AT_ONCE) {
                describe(unknown.subList(at, Math.min(unknown.size(), at + ASKED_AT_ONCE)), found);
            }
            return List.copyOf(found);
        } catch (MessagingException e) {
            throw failure(e);
        }
    }

    private void describe(List<Long> uids, List<Found> found) throws MessagingException {
        Response[] responses = run("UID FETCH " + set(uids) + " (UID RFC822.SIZE INTERNALDATE)", null);
        for (Response response : responses) {
            UID uid = response instanceof FetchResponse fetched ? fetched.getItem(UID.class) : null;
            if (uid != null) {
                RFC822SIZE size = ((FetchResponse) response).getItem(RFC822SIZE.class);
                INTERNALDATE date = ((FetchResponse) response).getItem(INTERNALDATE.class);
                Instant received = date == null || date.getDate() == null
                        ? null
                        : date.getDate().toInstant();
                found.add(new Found(locator(uid.uid), size == null ? -1 : size.size, received));
            }
        }
    }

    @Override
    public void fetch(Locator locator, ContentConsumer consumer) throws MailStoreException, IOException {
        ImapContent content;
        try {
            content = ImapContent.of(this, uid(locator), locator);
        } catch (MessagingException e) {
            throw failure(e);
        }
        try {
            consumer.accept(content::open);
        } catch (IOException e) {
            if (content.failure() != null) {
                throw failure(content.failure());
            }
            throw e;
        }
        if (content.failure() != null) {
            throw failure(content.failure());
        }
    }

    /** One FETCH for all. The length is limited by what is asked for (a partial), so the announced size does not matter. */
    @Override
    public void fetchSmall(List<Locator> locators, int most, SmallMessages consumer)
            throws MailStoreException, IOException {
        Map<Long, Locator> wanted = new TreeMap<>();
        locators.stream().filter(this::isHere).forEach(here -> wanted.put(number(here), here));
        if (wanted.isEmpty()) {
            return;
        }
        Response[] responses;
        try {
            String command =
                    "UID FETCH " + set(List.copyOf(wanted.keySet())) + " (UID BODY.PEEK[]<0." + (most + 1) + ">)";
            responses = run(command, null, wanted.size() * (most + 1L) + ImapLine.SMALL_REPLY);
        } catch (MessagingException e) {
            throw failure(e);
        }
        for (Response response : responses) {
            if (response instanceof FetchResponse fetched && fetched.getItem(UID.class) != null) {
                handOut(wanted.remove(fetched.getItem(UID.class).uid), body(fetched), most, consumer);
            }
        }
    }

    private static void handOut(@Nullable Locator locator, byte @Nullable [] raw, int most, SmallMessages consumer)
            throws IOException {
        if (locator != null && raw != null && raw.length <= most) {
            consumer.accept(locator, raw);
        }
    }

    /** Bytes of a message from an offset; null when there is no such message. */
    byte @Nullable [] chunk(long uid, long offset) throws MessagingException {
        String command = "UID FETCH " + uid + " (UID BODY.PEEK[]<" + offset + "." + CHUNK + ">)";
        for (Response response : run(command, null, CHUNK + ImapLine.SMALL_REPLY)) {
            byte[] bytes = response instanceof FetchResponse fetched ? body(fetched) : null;
            if (bytes != null) {
                return bytes;
            }
        }
        return null;
    }

    private static byte @Nullable [] body(FetchResponse fetched) {
        BODY body = fetched.getItem(BODY.class);
        if (body == null) {
            return null;
        }
        return body.getByteArray() == null ? new byte[0] : body.getByteArray().getNewBytes();
    }

    @Override
    public void dispose(List<Locator> locators, Disposition disposition) throws MailStoreException {
        try {
            openForWriting();
            List<Long> uids = locators.stream()
                    .filter(this::isHere)
                    .map(ImapMailStore::number)
                    .sorted()
                    .distinct()
                    .toList();
            for (int at = 0; at < uids.size(); at += DISPOSED_AT_ONCE) {
                disposal.dispose(disposition, uids.subList(at, Math.min(uids.size(), at + DISPOSED_AT_ONCE)));
            }
        } catch (MessagingException e) {
            throw failure(e);
        }
    }

    /** UIDs only, one line however large the folder is (RFC 9051 6.4.4). */
    List<Long> search(String key) throws MessagingException {
        List<Long> uids = new ArrayList<>();
        for (Response response : run("UID SEARCH " + key, null, LARGEST_LISTING)) {
            if (response instanceof IMAPResponse imap && imap.keyEquals("SEARCH")) {
                for (long uid = imap.readLong(); uid > 0; uid = imap.readLong()) {
                    uids.add(uid);
                }
            }
        }
        return uids;
    }

    private void openForWriting() throws MessagingException {
        if (folder.getMode() != Folder.READ_WRITE) {
            line.deadline(timeouts.command());
            line.receiveAtMost(ImapLine.SMALL_REPLY);
            folder.close(false);
            folder.open(Folder.READ_WRITE);
            line.noDeadline();
            listen();
            // Whatever came between the two openings was told to nobody.
            news.set(true);
        }
    }

    /** Whether the server lists a folder of this name that can be opened; changes nothing. */
    boolean hasFolder(String name) throws MailStoreException {
        try {
            return folderExists(name);
        } catch (MessagingException e) {
            throw failure(e);
        }
    }

    /** Whether the last command failed because the line did. */
    boolean isBroken() {
        return imap.broken() != null;
    }

    boolean folderExists(String name) throws MessagingException {
        ListInfo[] listed = (ListInfo[]) folder.doCommand(protocol -> protocol.list("", name));
        return listed != null && List.of(listed).stream().anyMatch(info -> info.canOpen);
    }

    @Override
    public boolean awaitNews(Duration atMost) throws MailStoreException {
        try {
            return has("IDLE") && new ImapIdle(folder, line, timeouts, news).await(atMost);
        } catch (MessagingException e) {
            throw failure(e);
        }
    }

    @Override
    public long uidValidity() {
        try {
            return folder.getUIDValidity();
        } catch (MessagingException closed) {
            throw new IllegalStateException("The folder is not open", closed);
        }
    }

    @Override
    public void abort() {
        line.abort();
    }

    @Override
    public void close() {
        imap.close();
    }

    Response[] run(String command, @Nullable Argument arguments) throws MessagingException {
        return run(command, arguments, ImapLine.SMALL_REPLY);
    }

    private Response[] run(String command, @Nullable Argument arguments, long atMost) throws MessagingException {
        return imap.run(command, arguments, timeouts.command(), atMost);
    }

    MailStoreException failure(MessagingException e) {
        return StoreFailures.of(e, server(), imap.broken());
    }

    private ServerEndpoint server() {
        return mailbox.server();
    }

    /** Asked of the folder's connection: the library's store would open a second one to answer. */
    boolean has(String capability) throws MessagingException {
        return (Boolean) folder.doCommand(protocol -> protocol.hasCapability(capability));
    }

    private long uid(Locator locator) throws MessageGoneException {
        if (!isHere(locator)) {
            throw new MessageGoneException(locator);
        }
        return number(locator);
    }

    private static long number(Locator locator) {
        return Long.parseUnsignedLong(locator.uid());
    }

    /** Under another UIDVALIDITY the same UID is another message. */
    private boolean isHere(Locator locator) {
        return locator.uidValidity() == uidValidity() && locator.folder().equals(mailbox.folder());
    }

    private Locator locator(long uid) {
        return new Locator(mailbox.folder(), uidValidity(), Long.toString(uid));
    }

    /** {@code 3:7,9}: short, since servers limit the length of a command. */
    static String set(List<Long> ascending) {
        StringBuilder set = new StringBuilder();
        for (int i = 0; i < ascending.size(); i++) {
            int last = i;
            while (last + 1 < ascending.size() && ascending.get(last + 1) == ascending.get(last) + 1) {
                last++;
            }
            set.append(set.length() == 0 ? "" : ",").append(ascending.get(i));
            if (last > i) {
                set.append(':').append(ascending.get(last));
            }
            i = last;
        }
        return set.toString();
    }
}
