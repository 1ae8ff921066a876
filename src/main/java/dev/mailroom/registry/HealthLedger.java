package dev.mailroom.registry;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where dispatcher and watcher say how a mailbox fares. Each change of state is published after commit, once, as a
 * {@link MailboxHealthChanged} event. Each call is its own short transaction. Thread-safe.
 */
public interface HealthLedger {

    /** It works: state OK, unless a warning stands. */
    void succeeded(String mailboxKey, boolean push);

    /** Its server or login fails. */
    void failing(String mailboxKey, MailboxHealth.Reason reason, @Nullable Instant nextTry);

    /** It works, but somebody should look. */
    void warning(String mailboxKey, MailboxHealth.Reason reason);

    Optional<MailboxHealth> find(String mailboxKey);
}
