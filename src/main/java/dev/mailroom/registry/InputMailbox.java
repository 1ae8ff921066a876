package dev.mailroom.registry;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox that is read.
 *
 * @param folder IMAP folder; always INBOX for POP3
 * @param address where people write to; the Reply-To of its contract's mails
 * @param moveTo folder for {@link AfterReading#MOVE}, else null
 * @param contract key of the contract whose mail arrives here
 * @param processDefinitionKey process that a new mail starts
 * @param routingDecision DMN decision asked instead, null = none
 */
public record InputMailbox(
        String key,
        String description,
        boolean enabled,
        Provider provider,
        ServerEndpoint server,
        @Nullable String user,
        Authentication authentication,
        @Nullable OAuth2Settings oauth2,
        String folder,
        MailAddress address,
        List<MailAddress> aliases,
        boolean plusAddressing,
        AfterReading afterReading,
        @Nullable String moveTo,
        StartFrom startFrom,
        Duration pollInterval,
        boolean push,
        @Nullable String contract,
        @Nullable String processDefinitionKey,
        @Nullable String routingDecision,
        Senders senders,
        List<String> allowedSenders,
        List<String> blockedSenders,
        @Nullable String trustedCertificates,
        @Nullable String tenantId,
        Stamp stamp)
        implements Mailbox {

    public InputMailbox {
        aliases = List.copyOf(aliases);
        allowedSenders = List.copyOf(allowedSenders);
        blockedSenders = List.copyOf(blockedSenders);
    }

    /** The four protocols, by the names of the 4biz screen (lower case in REST). */
    public enum Provider {
        IMAP(143, false),
        IMAPS(993, true),
        POP(110, false),
        POPS(995, true);

        private final int defaultPort;
        private final boolean implicitTls;

        Provider(int defaultPort, boolean implicitTls) {
            this.defaultPort = defaultPort;
            this.implicitTls = implicitTls;
        }

        public int defaultPort() {
            return defaultPort;
        }

        public boolean isImplicitTls() {
            return implicitTls;
        }

        public boolean isPop() {
            return this == POP || this == POPS;
        }
    }

    public enum AfterReading {
        LEAVE,
        SEEN,
        MOVE,
        DELETE
    }

    /** Which mails of the first contact are read: those from now on, all, or those from a day on. */
    public sealed interface StartFrom {
        record Now() implements StartFrom {}

        record All() implements StartFrom {}

        record Day(LocalDate day) implements StartFrom {}
    }

    public enum Senders {
        ANYONE,
        ALLOWED
    }
}
