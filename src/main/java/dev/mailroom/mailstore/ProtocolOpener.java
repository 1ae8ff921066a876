package dev.mailroom.mailstore;

import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.FilteredLine;
import dev.mailroom.network.MailSockets;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.SentFolder;
import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import javax.net.ssl.SSLSession;
import org.eclipse.angus.mail.imap.IMAPFolder;

/** Opens IMAP and POP3 lines: connect, secure, log in, open the folder, each within its time. */
final class ProtocolOpener implements MailStore.Opener {

    private final MailSockets sockets;
    private final InboundTimeoutProperties timeouts;

    ProtocolOpener(MailSockets sockets, InboundTimeoutProperties timeouts) {
        this.sockets = sockets;
        this.timeouts = timeouts;
    }

    @Override
    public MailStore open(InputMailbox mailbox, Credentials credentials) throws MailStoreException {
        return open(mailbox, credentials, Listener.SILENT);
    }

    MailStore open(InputMailbox mailbox, Credentials credentials, Listener listener) throws MailStoreException {
        Login login = Login.of(mailbox, credentials);
        if (mailbox.provider().isPop()) {
            return openPop3(mailbox, login, listener);
        }
        FilteredLine line = imapLine(mailbox);
        Store store;
        try {
            store = connectImap(mailbox, login, line);
        } finally {
            line.session().ifPresent(listener::secured);
        }
        listener.loggedIn();
        return openFolder(mailbox, line, store);
    }

    /** Told how far the opening has come. */
    interface Listener {
        Listener SILENT = new Listener() {};

        default void secured(SSLSession session) {}

        default void loggedIn() {}
    }

    /** What is said at the login. */
    record Login(String user, String password) {

        static Login of(InputMailbox mailbox, Credentials credentials) throws MailStoreException {
            if (credentials instanceof Credentials.Password password) {
                return new Login(password.user(), password.password().reveal());
            }
            if (credentials instanceof Credentials.OAuth2) {
                throw new MailStoreException(
                        Code.TOKEN_REFUSED, "Login with OAuth 2 is not available yet for Input mailboxes", null);
            }
            return new Login(mailbox.user() == null ? "anonymous" : mailbox.user(), "");
        }
    }

    private FilteredLine imapLine(InputMailbox mailbox) {
        FilteredLine line = new FilteredLine(
                sockets,
                mailbox.server(),
                mailbox.isTrustedOrigin(),
                mailbox.trustedCertificates(),
                timeouts.write(),
                in -> new LiteralGuard(in, ImapMailStore.LITERAL_CAP));
        line.receiveAtMost(ImapLine.SMALL_REPLY);
        return line;
    }

    private Store connectImap(InputMailbox mailbox, Login login, FilteredLine line) throws MailStoreException {
        ServerEndpoint server = mailbox.server();
        try {
            Store store = Session.getInstance(properties(server, line)).getStore("imap");
            store.connect(server.host(), server.port(), login.user(), login.password());
            line.noDeadline();
            return store;
        } catch (MessagingException e) {
            line.abort();
            throw StoreFailures.of(e, server, line.isTimedOut() ? new java.net.SocketTimeoutException() : null);
        }
    }

    private ImapMailStore openFolder(InputMailbox mailbox, FilteredLine line, Store store) throws MailStoreException {
        return opened(mailbox, mailbox.folder(), line, store, imap -> {
            ImapMailStore opened = new ImapMailStore(mailbox, timeouts, imap);
            opened.listen();
            return opened;
        });
    }

    /** Another folder of the same account, in which sent mail lies. */
    SentFolder openSent(InputMailbox mailbox, String folder, Credentials credentials, Duration atMost)
            throws SentFolder.FailedException {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            Login login = Login.of(mailbox, credentials);
            FilteredLine line = imapLine(mailbox);
            Store store = connectImap(mailbox, login, line);
            return opened(mailbox, folder, line, store, imap -> new ImapSentFolder(mailbox.server(), imap, end));
        } catch (MailStoreException e) {
            throw ImapSentFolder.failure(e);
        }
    }

    @FunctionalInterface
    private interface Over<T> {
        T folder(ImapLine open) throws MessagingException;
    }

    private <T> T opened(InputMailbox mailbox, String name, FilteredLine line, Store store, Over<T> over)
            throws MailStoreException {
        line.deadline(connectAndRead());
        try {
            IMAPFolder folder = (IMAPFolder) store.getFolder(name);
            folder.open(Folder.READ_ONLY);
            line.noDeadline();
            return over.folder(new ImapLine(line, store, folder));
        } catch (MessagingException e) {
            line.abort();
            throw StoreFailures.of(
                    e, mailbox.server(), line.isTimedOut() ? new java.net.SocketTimeoutException() : null);
        }
    }

    private Pop3MailStore openPop3(InputMailbox mailbox, Login login, Listener listener) throws MailStoreException {
        Pop3Line line = new Pop3Line(mailbox, sockets, timeouts);
        try {
            line.connect();
            line.session().ifPresent(listener::secured);
            line.login(login.user(), login.password());
            listener.loggedIn();
            Pop3MailStore store = new Pop3MailStore(line);
            store.entries();
            return store;
        } catch (IOException e) {
            line.abort();
            throw StoreFailures.ofLine(e, mailbox.server(), e);
        } catch (MailStoreException e) {
            line.abort();
            throw e;
        }
    }

    private Duration connectAndRead() {
        return timeouts.connect().plus(timeouts.read());
    }

    /** The protocol's plain name also for TLS from the start: the line's own sockets speak it (see MailSockets). */
    private Properties properties(ServerEndpoint server, FilteredLine line) {
        boolean startTls = server.security() == ServerEndpoint.Security.STARTTLS;
        Properties properties = new Properties();
        properties.put("mail.imap.socketFactory", line.socketFactory());
        properties.put("mail.imap.socketFactory.fallback", "false");
        properties.put("mail.imap.ssl.socketFactory", line.startTlsFactory());
        properties.put("mail.imap.ssl.checkserveridentity", "true");
        properties.put("mail.imap.starttls.enable", Boolean.toString(startTls));
        properties.put("mail.imap.starttls.required", Boolean.toString(startTls));
        properties.put(
                "mail.imap.connectiontimeout", Long.toString(timeouts.connect().toMillis()));
        properties.put("mail.imap.timeout", Long.toString(timeouts.read().toMillis()));
        properties.put("mail.imap.connectionpoolsize", "1");
        properties.put("mail.imap.peek", "true");
        return properties;
    }
}
