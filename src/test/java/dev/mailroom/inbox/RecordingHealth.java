package dev.mailroom.inbox;

import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxHealth;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

final class RecordingHealth implements HealthLedger {

    final List<String> told = new CopyOnWriteArrayList<>();
    final List<String> unread = new CopyOnWriteArrayList<>();

    @Override
    public void succeeded(String mailboxKey, boolean push) {
        told.add(mailboxKey + " OK");
    }

    @Override
    public void failing(String mailboxKey, MailboxHealth.Reason reason, @Nullable Instant nextTry) {
        told.add(mailboxKey + " " + reason.code() + " until " + nextTry);
    }

    @Override
    public void nextTry(String mailboxKey, Instant next) {
        throw new UnsupportedOperationException("The inbox says it with the failure");
    }

    @Override
    public void warning(String mailboxKey, MailboxHealth.Reason reason) {
        told.add(mailboxKey + " warning " + reason.code() + ": " + reason.text());
    }

    @Override
    public void unread(String mailboxKey, @Nullable Instant since) {
        unread.add(mailboxKey + " " + since);
    }

    @Override
    public void certificate(String mailboxKey, @Nullable LocalDate expires) {
        throw new UnsupportedOperationException("The inbox knows nothing of certificates");
    }

    @Override
    public void warningGone(String mailboxKey, String code) {
        told.add(mailboxKey + " no longer " + code);
    }

    @Override
    public Optional<MailboxHealth> find(String mailboxKey) {
        return Optional.empty();
    }

    @Override
    public Map<String, MailboxHealth> all() {
        return Map.of();
    }
}
