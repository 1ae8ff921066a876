package dev.mailroom.outbox;

import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxHealth;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes down what it is told: "acme-out OK", "acme-out LOGIN_REFUSED until 2026-…". */
final class FakeHealthLedger implements HealthLedger {

    final List<String> told = new ArrayList<>();
    final List<String> reasons = new ArrayList<>();
    final Map<String, MailboxHealth> health = new HashMap<>();

    @Override
    public synchronized void succeeded(String mailboxKey, boolean push) {
        told.add(mailboxKey + " OK");
    }

    @Override
    public synchronized void failing(String mailboxKey, MailboxHealth.Reason reason, @Nullable Instant nextTry) {
        told.add(mailboxKey + " " + reason.code() + " until " + nextTry);
        reasons.add(reason.text());
    }

    @Override
    public synchronized void nextTry(String mailboxKey, Instant next) {
        told.add(mailboxKey + " next " + next);
    }

    @Override
    public synchronized void warning(String mailboxKey, MailboxHealth.Reason reason) {
        told.add(mailboxKey + " warning " + reason.code());
    }

    @Override
    public void unread(String mailboxKey, @Nullable Instant since) {
        throw new UnsupportedOperationException("The outbox knows nothing of mail to be read");
    }

    @Override
    public void certificate(String mailboxKey, @Nullable LocalDate expires) {
        throw new UnsupportedOperationException("The outbox knows nothing of certificates");
    }

    @Override
    public void warningGone(String mailboxKey, String code) {
        told.add(mailboxKey + " no longer " + code);
    }

    @Override
    public Optional<MailboxHealth> find(String mailboxKey) {
        return Optional.ofNullable(health.get(mailboxKey));
    }

    @Override
    public Map<String, MailboxHealth> all() {
        return Map.of();
    }
}
