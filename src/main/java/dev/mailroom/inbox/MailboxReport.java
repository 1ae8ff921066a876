package dev.mailroom.inbox;

import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxHealth.Reason;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the ledger is told of one mailbox. What it knows already is not told again. For one thread at a time. */
final class MailboxReport {

    private static final String AFTER_READING = "AFTER_READING";

    private final HealthLedger health;
    private final String mailbox;

    /** At first, since another node may have warned. */
    private volatile boolean warned = true;

    /** At first something that no server tells, since another node may have left anything. */
    private volatile @Nullable Instant unreadSince = Instant.MIN;

    MailboxReport(HealthLedger health, String mailbox) {
        this.health = health;
        this.mailbox = mailbox;
    }

    void succeeded(boolean push) {
        health.succeeded(mailbox, push);
    }

    void failing(Reason reason, Instant next) {
        health.failing(mailbox, reason, next);
    }

    /** @param trouble what could not be done on the server with read mail, in words; null = nothing */
    void disposed(@Nullable String trouble) {
        if (trouble != null) {
            health.warning(mailbox, new Reason(AFTER_READING, trouble));
            warned = true;
        } else if (warned) {
            health.warningGone(mailbox, AFTER_READING);
            warned = false;
        }
    }

    /** Most looks leave nothing behind, and then nothing is written. */
    void unread(@Nullable Instant since) {
        if (!Objects.equals(since, unreadSince)) {
            health.unread(mailbox, since);
            unreadSince = since;
        }
    }
}
