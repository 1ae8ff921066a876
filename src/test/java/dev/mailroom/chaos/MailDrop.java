package dev.mailroom.chaos;

import com.icegreen.greenmail.imap.ImapHostManager;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.testing.MailPorts;
import jakarta.mail.Flags;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A customer's mail server (IMAP, POP3) in the test's JVM, which therefore outlives every node, and the list of what was
 * put into it: the oracle of what must be read. Thread-safe.
 */
final class MailDrop implements AutoCloseable {

    static final String INBOX = "INBOX";

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final MailPorts ports = MailPorts.free(ServerSetup.PROTOCOL_IMAP, ServerSetup.PROTOCOL_POP3);
    private final GreenMail server = new GreenMail(ports.setups());
    private final List<Put> put = new ArrayList<>();

    /** @param isNew false: lies there from before the mailbox's start, and must never be read */
    record Put(String mailbox, String messageId, boolean isNew) {}

    /** A message on the server that is not marked as deleted. */
    record Lying(String messageId, boolean seen) {}

    MailDrop() {
        server.start();
    }

    int port(String protocol) {
        return ports.of(protocol);
    }

    /** @param mailbox its key, also the user's name */
    void open(String mailbox, String... folders) {
        GreenMailUser user = server.setUser(address(mailbox), mailbox, "secret");
        for (String folder : folders) {
            create(user, folder);
        }
    }

    static String address(String mailbox) {
        return mailbox + "@acme.example";
    }

    /** Puts a mail that must be read. @return its Message-ID */
    String put(String mailbox, String folder) {
        return put(mailbox, folder, "", Instant.now(), true);
    }

    String putPoison(String mailbox, String folder) {
        return put(mailbox, folder, CrashingReadingPorts.POISON + "\r\n", Instant.now(), true);
    }

    String putOld(String mailbox, String folder, Instant arrived) {
        return put(mailbox, folder, "", arrived, false);
    }

    private String put(String mailbox, String folder, String header, Instant arrived, boolean isNew) {
        int number = NUMBERS.incrementAndGet();
        String messageId = "<number-" + number + "@customer.example>";
        String raw = header + "From: Customer <customer-" + number + "@customer.example>\r\nTo: " + address(mailbox)
                + "\r\nSubject: Number " + number + "\r\nMessage-ID: " + messageId
                + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nThis is number " + number
                + ".\r\n" + "It has a few lines.\r\n".repeat(20);
        append(folder(mailbox, folder), raw.getBytes(StandardCharsets.UTF_8), new Flags(), Date.from(arrived));
        synchronized (put) {
            put.add(new Put(mailbox, messageId, isNew));
        }
        return messageId;
    }

    private static void append(MailFolder folder, byte[] raw, Flags flags, Date arrived) {
        try {
            MimeMessage message = new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(raw));
            folder.appendMessage(message, flags, arrived);
        } catch (Exception e) {
            throw new IllegalStateException("The mail could not be put into " + folder.getName(), e);
        }
    }

    List<Put> put() {
        synchronized (put) {
            return List.copyOf(put);
        }
    }

    List<Lying> lying(String mailbox, String folder) {
        List<Lying> lying = new ArrayList<>();
        // A copy: the server goes on changing what it hands out.
        for (StoredMessage message : new ArrayList<>(folder(mailbox, folder).getMessages())) {
            if (!message.isSet(Flags.Flag.DELETED)) {
                lying.add(new Lying(messageId(message), message.isSet(Flags.Flag.SEEN)));
            }
        }
        return lying;
    }

    private static String messageId(StoredMessage message) {
        try {
            return String.valueOf(message.getMimeMessage().getHeader("Message-ID", null));
        } catch (jakarta.mail.MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes the folder and makes it anew with the same mails: other UIDs under another UIDVALIDITY. */
    void recreate(String mailbox, String name) {
        MailFolder before = folder(mailbox, name);
        long validity = before.getUidValidity();
        List<StoredMessage> messages = List.copyOf(before.getMessages());
        // Deleting the folder marks its messages as deleted.
        List<Flags> flags =
                messages.stream().map(message -> new Flags(message.getFlags())).toList();
        GreenMailUser user = user(mailbox);
        try {
            folders().deleteMailbox(user, name);
            MailFolder after = create(user, name);
            if (after.getUidValidity() == validity) {
                throw new IllegalStateException("The folder has the same UIDVALIDITY as before");
            }
            for (int i = 0; i < messages.size(); i++) {
                StoredMessage message = messages.get(i);
                after.appendMessage(message.getMimeMessage(), flags.get(i), message.getReceivedDate());
            }
        } catch (Exception e) {
            throw new IllegalStateException("The folder could not be made anew", e);
        }
    }

    private MailFolder create(GreenMailUser user, String name) {
        try {
            return folders().createMailbox(user, name);
        } catch (Exception e) {
            throw new IllegalStateException("No folder " + name, e);
        }
    }

    private MailFolder folder(String mailbox, String name) {
        return folders().getFolder(user(mailbox), name);
    }

    private GreenMailUser user(String mailbox) {
        return server.getUserManager().getUser(mailbox);
    }

    private ImapHostManager folders() {
        return server.getManagers().getImapHostManager();
    }

    @Override
    public void close() {
        server.stop();
    }
}
