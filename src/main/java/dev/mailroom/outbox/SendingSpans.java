package dev.mailroom.outbox;

import dev.mailroom.journal.SqlTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * When each mailbox could send while mail waited in it. Only that time makes a mail older: not the time in which sending
 * was switched off, the mailbox was disabled or suspended, or no node ran at all. Every node that can send notes it once a
 * minute; a hole between two notes is such a pause. Joins the caller's transaction. Thread-safe.
 */
final class SendingSpans {

    /** Three looks missed. */
    static final Duration HOLE = Duration.ofMinutes(3);

    private final JdbcClient jdbc;
    private final Duration hole;

    /** @param hole shorter ones are none */
    SendingSpans(JdbcClient jdbc, Duration hole) {
        this.jdbc = jdbc;
        this.hole = hole;
    }

    private record Span(Instant from, Instant until) {}

    /**
     * The mailbox can send now.
     *
     * @param oldest when its oldest waiting mail was queued; what was before is forgotten
     */
    void note(String mailbox, Instant oldest, Instant now) {
        int extended = jdbc.sql("update MAILROOM_SENDING_SPAN set UNTIL_AT = greatest(UNTIL_AT, :now)"
                        + " where MAILBOX = :mailbox and FROM_AT <= :now and UNTIL_AT >= :reach")
                .param("now", SqlTime.of(now))
                .param("mailbox", mailbox)
                .param("reach", SqlTime.of(now.minus(hole)))
                .update();
        if (extended == 0) {
            jdbc.sql("delete from MAILROOM_SENDING_SPAN where MAILBOX = ? and UNTIL_AT < ?")
                    .params(mailbox, SqlTime.of(oldest))
                    .update();
            Instant from = oldest.isAfter(now.minus(hole)) ? oldest : now.minus(hole);
            jdbc.sql("insert into MAILROOM_SENDING_SPAN (MAILBOX, FROM_AT, UNTIL_AT) values (?, ?, ?)")
                    .params(mailbox, SqlTime.of(from.isAfter(now) ? now : from), SqlTime.of(now))
                    .update();
        }
    }

    /** How old a mail is that has been waiting since then. */
    Duration age(String mailbox, Instant since, Instant now) {
        Duration age = Duration.between(since, now);
        if (age.compareTo(hole) <= 0) {
            return age;
        }
        Instant reached = since;
        for (Span span : spans(mailbox)) {
            age = age.minus(pause(reached, span.from()));
            reached = span.until().isAfter(reached) ? span.until() : reached;
        }
        Duration rest = age.minus(pause(reached, now));
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    private Duration pause(Instant from, Instant until) {
        Duration between = Duration.between(from, until);
        return between.compareTo(hole) > 0 ? between : Duration.ZERO;
    }

    /** The moment from which on a waiting mail is younger than this; empty: none is so old. */
    Optional<Instant> ageBegins(String mailbox, Duration age, Instant now) {
        Instant reached = now;
        Duration left = age;
        List<Span> spans = new ArrayList<>(spans(mailbox));
        java.util.Collections.reverse(spans);
        for (Span span : spans) {
            Instant until = span.until().isBefore(reached) ? span.until() : reached;
            if (pause(until, reached).isZero()) {
                until = reached;
            }
            Duration within = Duration.between(span.from(), until);
            if (within.compareTo(left) >= 0) {
                return Optional.of(until.minus(left));
            }
            if (!within.isNegative()) {
                left = left.minus(within);
                reached = span.from();
            }
        }
        return Optional.empty();
    }

    /** In their order, none over another: two nodes may have begun one each. */
    private List<Span> spans(String mailbox) {
        List<Span> merged = new ArrayList<>();
        for (Span span : jdbc.sql(
                        "select FROM_AT, UNTIL_AT from MAILROOM_SENDING_SPAN where MAILBOX = ? order by FROM_AT")
                .param(mailbox)
                .query((row, n) -> new Span(
                        Objects.requireNonNull(SqlTime.read(row, "FROM_AT")),
                        Objects.requireNonNull(SqlTime.read(row, "UNTIL_AT"))))
                .list()) {
            Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last == null || span.from().isAfter(last.until())) {
                merged.add(span);
            } else if (span.until().isAfter(last.until())) {
                merged.set(merged.size() - 1, new Span(last.from(), span.until()));
            }
        }
        return merged;
    }
}
