package dev.mailroom.registry;

import dev.mailroom.registry.MailboxTable.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The registry from its tables, kept in memory: asked whether it changed at most every two seconds. */
final class JdbcMailboxRegistry implements MailboxRegistry {

    private static final Duration FRESH = Duration.ofSeconds(2);

    private final MailboxTable mailboxes;
    private final ContractTable contracts;
    private final RegistryVersion version;
    private final SecretVault vault;
    private final Clock clock;
    private volatile @Nullable Checked latest;
    private volatile long changes;

    JdbcMailboxRegistry(
            MailboxTable mailboxes, ContractTable contracts, RegistryVersion version, SecretVault vault, Clock clock) {
        this.mailboxes = mailboxes;
        this.contracts = contracts;
        this.version = version;
        this.vault = vault;
        this.clock = clock;
    }

    @Override
    public Optional<Mailbox> mailbox(String key) {
        return snapshot().mailbox(key);
    }

    @Override
    public List<Mailbox> mailboxes() {
        return snapshot().mailboxes();
    }

    @Override
    public Optional<OutputMailbox> systemMailbox() {
        return snapshot().mailboxes().stream()
                .filter(OutputMailbox.class::isInstance)
                .map(OutputMailbox.class::cast)
                .filter(OutputMailbox::systemMailbox)
                .findFirst();
    }

    @Override
    public Optional<Contract> contract(String key) {
        return snapshot().contract(key);
    }

    @Override
    public List<Contract> contracts() {
        return snapshot().contracts();
    }

    @Override
    public Optional<Contract> contractOfDomain(String domain) {
        return snapshot().contractOfDomain(domain);
    }

    @Override
    public Credentials credentials(Mailbox mailbox) {
        return switch (mailbox.authentication()) {
            case NONE -> new Credentials.None();
            case PASSWORD ->
                new Credentials.Password(
                        mailbox.user() == null ? "" : mailbox.user(),
                        vault.read(mailbox, SecretField.PASSWORD).orElseGet(() -> new Secret("")));
            case OAUTH2 ->
                new Credentials.OAuth2(
                        mailbox.user(),
                        java.util.Objects.requireNonNull(mailbox.oauth2()),
                        vault.read(mailbox, SecretField.CLIENT_SECRET).orElse(null),
                        vault.read(mailbox, SecretField.REFRESH_TOKEN).orElse(null),
                        vault.read(mailbox, SecretField.SERVICE_ACCOUNT_KEY).orElse(null));
        };
    }

    @Override
    public String account(Mailbox mailbox) {
        String server = mailbox.server().host().toLowerCase(Locale.ROOT);
        String password = credentials(mailbox) instanceof Credentials.Password given
                ? given.password().reveal()
                : "";
        return vault.name(String.join("\n", server, String.valueOf(mailbox.user()), password));
    }

    /** Until the transaction ends, who changes the registry reads what was written, and nobody else does. */
    void changing() {
        if (!TransactionSynchronizationManager.hasResource(this)) {
            TransactionSynchronizationManager.bindResource(this, true);
        }
    }

    /** The next question reads anew: a change was committed on this node. */
    void forget() {
        TransactionSynchronizationManager.unbindResourceIfPossible(this);
        synchronized (this) {
            changes = changes + 1;
            latest = null;
        }
    }

    private RegistrySnapshot snapshot() {
        if (TransactionSynchronizationManager.hasResource(this)) {
            return read(version.current());
        }
        long asOf = changes;
        Checked checked = latest;
        Instant now = clock.instant();
        if (checked != null && Duration.between(checked.at, now).abs().compareTo(FRESH) < 0) {
            return checked.snapshot;
        }
        String current = version.current();
        RegistrySnapshot snapshot =
                checked != null && checked.snapshot.isOf(current) ? checked.snapshot : read(current);
        keep(new Checked(snapshot, now), checked, asOf);
        return snapshot;
    }

    /** Not over what another thread kept, and not when it was read before a change that is committed since. */
    @SuppressWarnings("ReferenceEquality") // whether another thread has written meanwhile
    private synchronized void keep(Checked read, @Nullable Checked before, long asOf) {
        if (latest == before && changes == asOf) {
            latest = read;
        }
    }

    /** The version was read first: what changes meanwhile is read once more, never missed. */
    private RegistrySnapshot read(String current) {
        return new RegistrySnapshot(
                current, mailboxes.all().stream().map(Entry::mailbox).toList(), contracts.all());
    }

    private record Checked(RegistrySnapshot snapshot, Instant at) {}
}
