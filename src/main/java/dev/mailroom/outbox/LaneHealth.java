package dev.mailroom.outbox;

import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.ProbeOutcome;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an outcome says about the mailbox: its breaker and its health. Thread-safe. */
final class LaneHealth {

    private static final Logger LOG = LoggerFactory.getLogger(LaneHealth.class);

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final HealthLedger ledger;
    private final Duration ownPause;
    private final Clock clock;

    /** @param ownPause how long a mail itself waits during whose dialogue the line broke */
    LaneHealth(HealthLedger ledger, Duration ownPause, Clock clock) {
        this.ledger = ledger;
        this.ownPause = ownPause;
        this.clock = clock;
    }

    /** @return how long this mail itself is to wait; null = only as long as its lane */
    @Nullable
    Duration learn(Lane lane, OutputMailbox mailbox, SubmissionOutcome outcome, Instant startedAt) {
        return outcome.<@Nullable Duration>fold(
                accepted -> well(lane, mailbox),
                deferred -> failure(lane, mailbox, deferred.failure(), startedAt),
                refused -> failure(lane, mailbox, refused.failure(), startedAt),
                uncertain -> failure(lane, mailbox, atTheDot(uncertain.failure()), startedAt),
                fenced -> null,
                notAttempted -> null);
    }

    /** The same for a connection without a mail. */
    void learn(Lane lane, OutputMailbox mailbox, ProbeOutcome outcome, Instant startedAt) {
        outcome.<@Nullable Duration>fold(
                () -> answered(lane, mailbox), failure -> failure(lane, mailbox, failure, startedAt), () -> null);
    }

    /** Server and login work, as somebody found out beside the mails. */
    @Nullable
    Duration answered(Lane lane, OutputMailbox mailbox) {
        lane.toldTrouble();
        return well(lane, mailbox);
    }

    /** Somebody wants a mail of the lane tried. */
    void wanted(Lane lane, OutputMailbox mailbox) {
        if (lane.breaker().tryNow(mailbox, clock.instant())) {
            lane.breaker().nextProbe().ifPresent(next -> told(lane, () -> ledger.nextTry(lane.key(), next)));
        }
    }

    /** One answer that stayed away may be chance; a server that never answers must not make every mail uncertain. */
    private static Failure atTheDot(Failure failure) {
        return new Failure(Scope.SERVER, Stage.DOT, failure.code(), failure.text(), failure.reply());
    }

    private @Nullable Duration failure(Lane lane, OutputMailbox mailbox, Failure failure, Instant startedAt) {
        if (failure.scope() == Scope.MESSAGE || failure.scope() == Scope.RECIPIENT) {
            // An answer to the mail shows that server and login work.
            return failure.reply() == null ? null : well(lane, mailbox);
        }
        Instant now = clock.instant();
        if (lane.breaker().failed(mailbox, failure, startedAt, now)) {
            lane.toldTrouble();
            Instant next = lane.breaker().nextProbe().orElse(null);
            String text = next == null ? failure.text() + whatHelps(lane.breaker()) : failure.text();
            MailboxHealth.Reason reason = new MailboxHealth.Reason(failure.code(), text);
            told(lane, () -> ledger.failing(lane.key(), reason, next));
        }
        // What one mail brings about must not look like the mailbox for ever: another one is the next probe.
        boolean inDialogue = failure.stage().compareTo(Stage.MAIL) >= 0;
        return inDialogue ? pastTheProbe(lane, now) : null;
    }

    private static String whatHelps(Breaker breaker) {
        return ". It is tried again when the mailbox is changed or its test goes well, and when a mail is retried"
                + breaker.heldUntil()
                        .map(until -> ", but not before " + MINUTE.format(until))
                        .orElse("");
    }

    private Duration pastTheProbe(Lane lane, Instant now) {
        Duration untilProbe = lane.breaker()
                .nextProbe()
                .map(probe -> Duration.between(now, probe))
                .orElse(Duration.ZERO);
        Duration aLittleLater = untilProbe.plus(ownPause.dividedBy(4));
        return aLittleLater.compareTo(ownPause) > 0 ? aLittleLater : ownPause;
    }

    private @Nullable Duration well(Lane lane, OutputMailbox mailbox) {
        Instant now = clock.instant();
        boolean news = lane.breaker().answered(mailbox, now);
        if (lane.isToTellWell(news, now)) {
            told(lane, () -> ledger.succeeded(lane.key(), false));
        }
        return null;
    }

    private static void told(Lane lane, Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.warn("The health of the mailbox {} could not be recorded", lane.key(), e);
        }
    }
}
