package dev.mailroom.outbox;

import dev.mailroom.problem.InUseProblem.Use;
import dev.mailroom.registry.Contract;
import dev.mailroom.registry.ContractUsage;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxUsage;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Unfinished mails keep their mailbox and their contract from being deleted. Thread-safe. */
final class OutboxUsage implements MailboxUsage, ContractUsage {

    private static final List<String> UNFINISHED = List.of("QUEUED", "SENDING", "RETRYING", "UNCERTAIN");

    private final JdbcClient jdbc;

    OutboxUsage(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<Use> usesOf(Mailbox mailbox) {
        return uses("MAILBOX", mailbox.key());
    }

    @Override
    public List<Use> usesOf(Contract contract) {
        return uses("CONTRACT", contract.key());
    }

    /** @param column a constant of this class, never a value from outside */
    private List<Use> uses(String column, String key) {
        long count = jdbc.sql("select count(*) from MAILROOM_MAIL where DIRECTION = 'OUTGOING'"
                        + " and STATE in (:states) and lower(" + column + ") = :key")
                .param("states", UNFINISHED)
                .param("key", key.toLowerCase(Locale.ROOT))
                .query(Long.class)
                .single();
        return count == 0 ? List.of() : List.of(new Use(Use.Kind.EMAIL, null, null, null, count));
    }
}
