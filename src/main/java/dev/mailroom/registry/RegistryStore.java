package dev.mailroom.registry;

import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables of the registry, opened on one database. */
record RegistryStore(
        JdbcClient jdbc,
        TransactionTemplate transaction,
        TransactionTemplate ownTransaction,
        Settings settings,
        @Nullable SecretCipher cipher,
        SecretVault vault,
        MailboxTable mailboxes,
        ContractTable contracts,
        JdbcMailboxRegistry registry,
        RegistryChange change) {

    static RegistryStore open(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            SecretsProperties secrets,
            RetryProperties retry,
            Clock clock) {
        TransactionTemplate transaction = new TransactionTemplate(transactions);
        TransactionTemplate own = new TransactionTemplate(transactions);
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        Settings settings = new Settings(jdbc, clock, own);
        SecretCipher cipher = SecretKeys.cipher(
                        secrets, SecretVault.hasRows(jdbc) || MessageIdKey.isEncrypted(settings))
                .orElse(null);
        SecretVault vault = new SecretVault(jdbc, clock, cipher);
        if (cipher != null) {
            transaction.executeWithoutResult(status -> vault.rotate());
        }
        MailboxTable mailboxes = new MailboxTable(jdbc, retry);
        ContractTable contracts = new ContractTable(jdbc);
        RegistryVersion version = new RegistryVersion(jdbc, settings);
        JdbcMailboxRegistry registry = new JdbcMailboxRegistry(mailboxes, contracts, version, vault, clock);
        RegistryChange change = new RegistryChange(transaction, version, registry);
        return new RegistryStore(
                jdbc, transaction, own, settings, cipher, vault, mailboxes, contracts, registry, change);
    }
}
