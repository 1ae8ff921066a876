package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.SqlTime;
import dev.mailroom.message.MailId;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox.SentCopy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Errands to the folders of sent mail, written down in the transaction that makes them necessary, so that no restart
 * forgets one. Joins the caller's transaction. Thread-safe.
 */
final class SentCopyRows {

    enum Kind {
        /** Look whether an uncertain mail lies there. */
        FIND,
        /** Put a sent mail there. */
        APPEND
    }

    /** @param tries made so far */
    record Errand(MailId mail, Kind kind, String mailbox, int tries, Instant due) {}

    private final JdbcClient jdbc;
    private final MailboxRegistry registry;
    private final List<Duration> pauses;
    private final Clock clock;

    SentCopyRows(JdbcClient jdbc, MailboxRegistry registry, List<Duration> pauses, Clock clock) {
        this.jdbc = jdbc;
        this.registry = registry;
        this.pauses = pauses;
        this.clock = clock;
    }

    /** Nobody knows whether this mail left. */
    void uncertain(JournalEntry mail) {
        if (copyOf(mail).isPresent() && !pauses.isEmpty()) {
            add(mail, Kind.FIND, clock.instant().plus(pauses.get(0)));
        }
    }

    /** This mail left. */
    void sent(JournalEntry mail) {
        if (mail.stored().contentId() != null
                && copyOf(mail).filter(SentCopy::append).isPresent()) {
            add(mail, Kind.APPEND, clock.instant());
        }
    }

    private Optional<SentCopy> copyOf(JournalEntry mail) {
        return Optional.ofNullable(mail.place().mailbox())
                .flatMap(registry::output)
                .flatMap(mailbox -> Optional.ofNullable(mailbox.sentCopy()));
    }

    /** Doubt that comes up anew begins anew; the mail's row is locked by whoever calls. */
    private void add(JournalEntry mail, Kind kind, Instant due) {
        forget(mail.id(), kind);
        jdbc.sql("insert into MAILROOM_SENT_COPY (MAIL_ID, KIND, MAILBOX, TRIES, DUE_AT) values (?, ?, ?, 0, ?)")
                .params(mail.id().value(), kind.name(), mail.place().mailbox(), SqlTime.of(due))
                .update();
    }

    /** Output mailboxes with anything due. */
    List<String> mailboxesWithWork() {
        return jdbc.sql("select distinct MAILBOX from MAILROOM_SENT_COPY where DUE_AT <= ?")
                .param(SqlTime.of(clock.instant()))
                .query(String.class)
                .list();
    }

    /** Takes what is due for one mailbox, oldest first, and holds it until then; other nodes get nothing of it. */
    List<Errand> take(String mailbox, int most, Instant until) {
        return jdbc
                .sql("select MAIL_ID, KIND, MAILBOX, TRIES, DUE_AT from MAILROOM_SENT_COPY"
                        + " where MAILBOX = ? and DUE_AT <= ? order by DUE_AT, MAIL_ID fetch first ? rows only")
                .params(mailbox, SqlTime.of(clock.instant()), most)
                .query((row, n) -> new Errand(
                        new MailId(row.getString("MAIL_ID")),
                        Kind.valueOf(row.getString("KIND")),
                        row.getString("MAILBOX"),
                        row.getInt("TRIES"),
                        java.util.Objects.requireNonNull(SqlTime.read(row, "DUE_AT"))))
                .list()
                .stream()
                .filter(errand -> hold(errand, until))
                .toList();
    }

    private boolean hold(Errand errand, Instant until) {
        return jdbc.sql("update MAILROOM_SENT_COPY set DUE_AT = ? where MAIL_ID = ? and KIND = ? and DUE_AT = ?")
                        .params(
                                SqlTime.of(until),
                                errand.mail().value(),
                                errand.kind().name(),
                                SqlTime.of(errand.due()))
                        .update()
                == 1;
    }

    /** Not tried this time. */
    void giveBack(Errand errand) {
        later(errand, errand.tries(), errand.due());
    }

    /**
     * Tried in vain.
     *
     * @return false when that was the last time; it is gone then
     */
    boolean again(Errand errand) {
        // A look had its first pause before it.
        int next = errand.kind() == Kind.FIND ? errand.tries() + 1 : errand.tries();
        if (next >= pauses.size()) {
            done(errand);
            return false;
        }
        later(errand, errand.tries() + 1, clock.instant().plus(pauses.get(next)));
        return true;
    }

    private void later(Errand errand, int tries, Instant due) {
        jdbc.sql("update MAILROOM_SENT_COPY set TRIES = ?, DUE_AT = ? where MAIL_ID = ? and KIND = ?")
                .params(
                        tries,
                        SqlTime.of(due),
                        errand.mail().value(),
                        errand.kind().name())
                .update();
    }

    void done(Errand errand) {
        forget(errand.mail(), errand.kind());
    }

    private void forget(MailId mail, Kind kind) {
        jdbc.sql("delete from MAILROOM_SENT_COPY where MAIL_ID = ? and KIND = ?")
                .params(mail.value(), kind.name())
                .update();
    }
}
