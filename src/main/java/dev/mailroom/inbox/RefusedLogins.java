package dev.mailroom.inbox;

import dev.mailroom.journal.SqlTime;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.problem.SecretsUnavailableProblem;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.Mailbox.Authentication;
import dev.mailroom.registry.MailboxHealth.Reason;
import dev.mailroom.registry.MailboxRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Logins that servers refused, of all nodes: no password is tried more than three times in any hour, whatever is
 * restarted or changed hands meanwhile, since providers lock accounts. Another password, user or server counts anew.
 * Thread-safe.
 */
final class RefusedLogins {

    static final int MOST = 3;
    static final Duration WITHIN = Duration.ofHours(1);

    /** For people. */
    static final Reason TOO_OFTEN =
            new Reason(Code.LOGIN_REFUSED.name(), "User name or password refused " + MOST + " times within an hour");

    private static final Logger LOG = LoggerFactory.getLogger(RefusedLogins.class);

    private final JdbcClient jdbc;
    private final MailboxRegistry registry;
    private final Clock clock;

    RefusedLogins(JdbcClient jdbc, MailboxRegistry registry, Clock clock) {
        this.jdbc = jdbc;
        this.registry = registry;
        this.clock = clock;
    }

    /** When it may be tried again; empty = now. */
    Optional<Instant> notBefore(InputMailbox mailbox) {
        if (mailbox.authentication() == Authentication.NONE) {
            return Optional.empty();
        }
        try {
            return notBefore(registry.account(mailbox));
        } catch (SecretsUnavailableProblem withoutPassword) {
            // Nothing will be tried; opening the line says why.
            return Optional.empty();
        }
    }

    /** Never throws: the failure itself is still to be told. */
    void noteIfRefused(InputMailbox mailbox, Code code) {
        if (code == Code.LOGIN_REFUSED && mailbox.authentication() != Authentication.NONE) {
            try {
                refused(registry.account(mailbox));
            } catch (RuntimeException e) {
                LOG.error("The refused login of mailbox {} could not be counted", mailbox.key(), e);
            }
        }
    }

    private Optional<Instant> notBefore(String account) {
        List<Instant> newestFirst = jdbc.sql("select REFUSED_AT from MAILROOM_REFUSED_LOGIN where ACCOUNT = ?"
                        + " and REFUSED_AT > ? order by REFUSED_AT desc")
                .params(account, SqlTime.of(clock.instant().minus(WITHIN)))
                .query((row, n) -> Objects.requireNonNull(SqlTime.read(row, "REFUSED_AT")))
                .list();
        return newestFirst.size() < MOST
                ? Optional.empty()
                : Optional.of(newestFirst.get(MOST - 1).plus(WITHIN));
    }

    /** Counts one, and forgets those of yesterday. */
    private void refused(String account) {
        Instant now = clock.instant();
        jdbc.sql("delete from MAILROOM_REFUSED_LOGIN where REFUSED_AT < ?")
                .param(SqlTime.of(now.minus(Duration.ofDays(1))))
                .update();
        jdbc.sql("insert into MAILROOM_REFUSED_LOGIN (ID, ACCOUNT, REFUSED_AT) values (?, ?, ?)")
                .params(UUID.randomUUID().toString(), account, SqlTime.of(now))
                .update();
    }
}
