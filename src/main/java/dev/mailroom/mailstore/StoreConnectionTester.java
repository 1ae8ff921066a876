package dev.mailroom.mailstore;

import dev.mailroom.network.ConnectionProbe;
import dev.mailroom.network.ConnectionReport;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.ConnectionReport.Name;
import dev.mailroom.network.ConnectionTrial;
import dev.mailroom.network.MailSockets;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.ConnectionTester;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxType;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSession;

/**
 * "Test connection" of an Input mailbox: RESOLVE, CONNECT and TLS on one connection, LOGIN and FOLDER on a second, as
 * the mailbox will be read later. Opens the folder read-only and lists names; nothing on the server changes. Thread-safe.
 */
final class StoreConnectionTester implements ConnectionTester {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final List<Name> STEPS = List.of(Name.RESOLVE, Name.CONNECT, Name.TLS, Name.LOGIN, Name.FOLDER);

    private final ConnectionProbe probe;
    private final MailSockets sockets;
    private final Duration limit;

    StoreConnectionTester(ConnectionProbe probe, MailSockets sockets) {
        this(probe, sockets, LIMIT);
    }

    StoreConnectionTester(ConnectionProbe probe, MailSockets sockets, Duration limit) {
        this.probe = probe;
        this.sockets = sockets;
        this.limit = limit;
    }

    @Override
    public boolean supports(MailboxType type) {
        return type == MailboxType.INPUT;
    }

    @Override
    public ConnectionReport test(Mailbox mailbox, Credentials credentials) {
        InputMailbox input = (InputMailbox) mailbox;
        try (ConnectionTrial trial =
                probe.trial(input.server(), input.isTrustedOrigin(), input.trustedCertificates(), limit)) {
            if (trial.connect() && (input.server().security() != Security.TLS || trial.secure())) {
                // Some servers allow one connection of a user at a time.
                trial.line().abort();
                logIn(input, credentials, trial);
            }
            return trial.report(steps(input));
        }
    }

    private static List<Name> steps(InputMailbox mailbox) {
        return mailbox.server().security() == Security.NONE
                ? STEPS.stream().filter(step -> step != Name.TLS).toList()
                : STEPS;
    }

    private void logIn(InputMailbox mailbox, Credentials credentials, ConnectionTrial trial) {
        Progress progress = new Progress(mailbox, trial);
        // Connecting, reading and the library's overhead together stay within what is left.
        Duration each = Duration.ofMillis(Math.max(1, trial.millisLeft() / 2));
        InboundTimeoutProperties timeouts = new InboundTimeoutProperties(each, each, each, each, Duration.ofMinutes(1));
        try (MailStore store = new ProtocolOpener(sockets, timeouts).open(mailbox, credentials, progress)) {
            String moveTo = mailbox.moveTo();
            if (store instanceof ImapMailStore imap && moveTo != null && !imap.hasFolder(moveTo)) {
                trial.fail(
                        Name.FOLDER,
                        Code.FOLDER_MISSING,
                        "The folder for read mail does not exist on the server",
                        "moveTo");
            } else {
                trial.passed(
                        Name.FOLDER,
                        mailbox.provider().isPop() ? "The server lists its mails" : "The folder can be read");
            }
        } catch (MailStoreException e) {
            trial.fail(progress.next(e.code()), e.code(), e.getMessage(), ConnectionTrial.field(e.code()));
        }
    }

    /** Takes down what the opening of the mailbox has reached. */
    private static final class Progress implements ProtocolOpener.Listener {
        private final InputMailbox mailbox;
        private final ConnectionTrial trial;
        private boolean tlsPending;
        private boolean loginPending = true;

        Progress(InputMailbox mailbox, ConnectionTrial trial) {
            this.mailbox = mailbox;
            this.trial = trial;
            this.tlsPending = mailbox.server().security() == Security.STARTTLS;
        }

        @Override
        public void secured(SSLSession session) {
            if (tlsPending) {
                tlsPending = false;
                String until = ConnectionTrial.certificateExpires(session)
                        .map(day -> ", certificate valid until " + day)
                        .orElse("");
                trial.passed(Name.TLS, session.getProtocol() + until);
            }
        }

        @Override
        public void loggedIn() {
            loginPending = false;
            String user = mailbox.user();
            trial.passed(Name.LOGIN, user == null ? "No login wanted" : "Logged in as " + user);
        }

        /** The first step without result; a login that is refused at once leaves TLS without one. */
        Name next(Code code) {
            if (tlsPending && code != Code.LOGIN_REFUSED && code != Code.TOKEN_REFUSED) {
                return Name.TLS;
            }
            return loginPending ? Name.LOGIN : Name.FOLDER;
        }
    }
}
