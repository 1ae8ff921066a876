package dev.mailroom.registry;

import dev.mailroom.problem.ConflictProblem;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What every change of the registry does around itself: one after the other, in a transaction, the memory renewed after it. */
final class RegistryChange {

    private final TransactionTemplate transaction;
    private final RegistryVersion version;
    private final JdbcMailboxRegistry registry;

    RegistryChange(TransactionTemplate transaction, RegistryVersion version, JdbcMailboxRegistry registry) {
        this.transaction = transaction;
        this.version = version;
        this.registry = registry;
    }

    <T> T make(Supplier<T> change) {
        return Objects.requireNonNull(transaction.execute(status -> {
            version.change();
            registry.changing();
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCompletion(int ignored) {
                    registry.forget();
                }
            });
            return change.get();
        }));
    }

    /** @param expected the revision that the caller saw; null = whatever is there */
    static void requireRevision(String what, @Nullable Integer expected, Mailbox.Stamp stored) {
        if (expected != null && expected != stored.revision()) {
            throw ConflictProblem.staleRevision(
                    what + " was changed meanwhile: it has revision " + stored.revision() + ", not " + expected);
        }
    }

    static void requireWritable(String what, Mailbox.Stamp stored) {
        if (stored.isReadOnly()) {
            throw ConflictProblem.readOnly(what + " comes from the configuration; change it there");
        }
    }
}
