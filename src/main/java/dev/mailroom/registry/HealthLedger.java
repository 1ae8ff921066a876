package dev.mailroom.registry;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where dispatcher and watcher say how a mailbox fares. Each change of state is published after commit, once, as a
 * {@link MailboxHealthChanged} event; a change to or from FAILING also as {@link MailboxFailing} or
 * {@link MailboxRecovered}. One that goes on failing, but for another reason, is published as a
 * {@link MailboxFailsOtherwise}. Each call is its own short transaction. Thread-safe.
 */
public interface HealthLedger {

    /** It works: state OK, unless a warning stands. */
    void succeeded(String mailboxKey, boolean push);

    /** Its server or login fails. */
    void failing(String mailboxKey, MailboxHealth.Reason reason, @Nullable Instant nextTry);

    /** When a mailbox that fails is tried next, since that changed; of any other one nothing is noted. */
    void nextTry(String mailboxKey, Instant next);

    /** It works, but somebody should look. */
    void warning(String mailboxKey, MailboxHealth.Reason reason);

    /** What {@link #warning} said under this code holds no longer. */
    void warningGone(String mailboxKey, String code);

    /**
     * What a look into an Input mailbox left on the server. It stands until the next look, also while none succeeds.
     *
     * @param since when the server got the oldest mail that is not received yet; null = there is none, or the server does
     *     not tell (POP3)
     */
    void unread(String mailboxKey, @Nullable Instant since);

    /** When the server's certificate ends; told by whoever connects. */
    void certificate(String mailboxKey, LocalDate expires);

    Optional<MailboxHealth> find(String mailboxKey);

    /** Of all mailboxes that were ever tried, by their keys in lower case, as which they are named in it; one query. */
    Map<String, MailboxHealth> all();
}
