package dev.mailroom.registry;

import dev.mailroom.network.ServerEndpoint;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A registered mailbox, complete and valid, without its secrets. */
public sealed interface Mailbox permits InputMailbox, OutputMailbox {

    /** As written when it was registered; compared without case, never changed. */
    String key();

    String description();

    boolean enabled();

    ServerEndpoint server();

    @Nullable
    String user();

    Authentication authentication();

    @Nullable
    OAuth2Settings oauth2();

    /** PEM; null = the JVM's certificate authorities. */
    @Nullable
    String trustedCertificates();

    @Nullable
    String tenantId();

    Stamp stamp();

    default MailboxType type() {
        return this instanceof InputMailbox ? MailboxType.INPUT : MailboxType.OUTPUT;
    }

    /** Whether its host is exempt from {@code mailroom.network.allow}: it stands in the configuration file. */
    default boolean isTrustedOrigin() {
        return stamp().origin() == Origin.CONFIGURATION;
    }

    enum Authentication {
        NONE,
        PASSWORD,
        OAUTH2
    }

    /** Who registered it; CONFIGURATION is read-only for REST and screens. */
    enum Origin {
        REST,
        CONFIGURATION
    }

    /** @param revision counts changes from 1 */
    record Stamp(int revision, Origin origin, Instant createdAt, Instant changedAt) {
        public boolean isReadOnly() {
            return origin == Origin.CONFIGURATION;
        }
    }
}
