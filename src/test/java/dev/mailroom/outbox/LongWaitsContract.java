package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.MARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.testing.SettableClock;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Age ends a mail, whatever it waited for; time in which it could not leave on purpose makes it no older. */
abstract class LongWaitsContract extends OutboxContract {

    private OutboxFixture box;

    /** Of this test only: the spans of a mailbox outlive its mails. */
    private String out;

    @BeforeEach
    void open() {
        open(new OutboxFixture(dataSource()));
    }

    private void open(OutboxFixture fixture) {
        box = fixture;
        out = "out-" + UUID.randomUUID().toString().substring(0, 8);
        box.registry.put(OutputForm.of(out).mailbox());
    }

    private void serverIsDown() {
        for (int i = 0; i < 5_000; i++) {
            box.transport.then(out, ScriptedTransport.defer(Scope.SERVER, Stage.CONNECT));
        }
    }

    private void serverIsUp() {
        box.transport.usual(out);
    }

    private MailId send(SendOptions options, Set<String> caught) {
        return box.send(out, box.queue.add(out, caught, null), options);
    }

    private MailId send() {
        return send(SendOptions.DEFAULT, Set.of());
    }

    private static SendOptions onFailure(OnFailure then) {
        return new SendOptions(null, null, then, List.of());
    }

    /** @param step shorter than the hole, where a test has one */
    private void pass(Duration time, Duration step) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(step)) {
            box.later(step);
        }
    }

    @Test
    void a_mail_that_only_waited_for_its_server_ends_as_old_as_it_may_become() {
        serverIsDown();
        MailId id = send();
        box.turn();

        pass(Duration.ofDays(5), Duration.ofHours(6));
        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
        assertThat(box.mail(id).progress().attempts()).isZero();
        box.later(Duration.ofMinutes(6));

        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.task(id).incident())
                .isEqualTo("The mail was not sent: Given up, it has been waiting since 2026-11-22T14:09:48Z:"
                        + " put off by the server");
        assertThat(Objects.requireNonNull(box.mail(id).progress().reason()).code())
                .isEqualTo("TEMPORARY");
        assertThat(box.events).containsExactly(new EmailFailed(id, out, "acme"));
    }

    @Test
    void a_mail_behind_the_others_of_a_refused_login_says_what_was_wrong() {
        MailId first = send();
        for (int i = 0; i < 3; i++) {
            box.transport.then(out, ScriptedTransport.loginRefused());
        }
        box.turn();
        MailId second = send();
        box.health.health.put(
                out,
                new MailboxHealth(
                        out,
                        MailboxHealth.State.FAILING,
                        box.clock.instant(),
                        new MailboxHealth.Reason("LOGIN_REFUSED", "Login refused by smtp.x"),
                        null,
                        null,
                        null,
                        null,
                        false,
                        null,
                        null,
                        null));

        pass(Duration.ofDays(6), Duration.ofHours(12));

        assertThat(box.transport.submissions).hasSize(3);
        assertThat(box.state(first)).isEqualTo(MailState.FAILED);
        assertThat(box.task(second).incident()).endsWith(": Login refused by smtp.x");
    }

    @Test
    void its_process_is_told_as_it_wants_to_be() {
        serverIsDown();
        MailId caught = send(onFailure(OnFailure.ERROR), Set.of("EMAIL_NOT_SENT"));
        MailId goesOn = send(onFailure(OnFailure.CONTINUE), Set.of());
        MailId waits = send(onFailure(OnFailure.ERROR), Set.of());
        box.turn();

        pass(Duration.ofDays(6), Duration.ofDays(1));

        assertThat(box.task(caught).error()).isEqualTo("EMAIL_NOT_SENT");
        assertThat(Objects.requireNonNull(box.task(goesOn).result()).status()).isEqualTo("FAILED");
        assertThat(box.task(waits).incident()).startsWith("The mail was not sent: Given up");
    }

    @Test
    void a_retry_gives_it_the_whole_time_again() {
        serverIsDown();
        MailId id = send();
        box.turn();
        pass(Duration.ofDays(6), Duration.ofDays(1));
        assertThat(box.state(id)).isEqualTo(MailState.FAILED);

        box.outbox.retry(id, MARY, null);
        pass(Duration.ofDays(4), Duration.ofDays(1));
        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
        serverIsUp();
        box.later(Duration.ofMinutes(10));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_mail_composed_at_last_is_as_young_as_that() {
        serverIsDown();
        MailId id = MailId.next();
        String task = box.queue.add(out);
        Origin origin = new Origin("pi", null, null, null, "confirm", "act-" + id, null, task);
        box.outbox.enqueueUncomposed(id, origin, "acme", null, new Reason("NO_USER", "No user"), SendOptions.DEFAULT);
        box.clock.advance(Duration.ofDays(9));
        box.outbox.composedAtLast(box.newMail(id, out, task, SendOptions.DEFAULT));

        box.turn();
        pass(Duration.ofDays(4), Duration.ofDays(1));

        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
    }

    @Test
    void a_mail_of_a_suspended_instance_is_left_alone() {
        serverIsDown();
        MailId id = send();
        MailId other = send();
        box.turn();
        box.queue.suspendedTasks.add(box.task(id).id());

        pass(Duration.ofDays(6), Duration.ofDays(1));
        assertThat(box.state(id)).isEqualTo(MailState.QUEUED);
        assertThat(box.state(other)).isEqualTo(MailState.FAILED);

        serverIsUp();
        box.queue.suspendedTasks.clear();
        box.later(Duration.ofMinutes(10));
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    static Stream<Arguments> pauses() {
        Duration week = Duration.ofDays(7);
        return Stream.of(
                Arguments.of(
                        "switch",
                        (BiConsumer<OutboxFixture, String>) (box, out) -> box.sendingEnabled = false,
                        (BiConsumer<OutboxFixture, String>) (box, out) -> box.sendingEnabled = true,
                        week),
                Arguments.of(
                        "mailbox disabled",
                        (BiConsumer<OutboxFixture, String>) (box, out) -> box.registry.put(
                                OutputForm.of(out).enabled(false).mailbox()),
                        (BiConsumer<OutboxFixture, String>) (box, out) ->
                                box.registry.put(OutputForm.of(out).mailbox()),
                        week),
                Arguments.of(
                        "mailbox suspended in Cockpit",
                        (BiConsumer<OutboxFixture, String>) (box, out) -> box.queue.pausedLanes.add(out),
                        (BiConsumer<OutboxFixture, String>) (box, out) -> box.queue.pausedLanes.remove(out),
                        week),
                Arguments.of(
                        "no node runs",
                        (BiConsumer<OutboxFixture, String>) (box, out) -> box.clock.advance(week),
                        (BiConsumer<OutboxFixture, String>) (box, out) -> {},
                        Duration.ZERO));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pauses")
    void time_in_which_it_could_not_leave_on_purpose_makes_it_no_older(
            String why,
            BiConsumer<OutboxFixture, String> begin,
            BiConsumer<OutboxFixture, String> end,
            Duration watched) {
        Duration step = Duration.ofHours(6);
        Duration hole = Duration.ofHours(7);
        open(OutboxFixture.lookingAtLeastEvery(hole, dataSource(), null));
        serverIsDown();
        MailId id = send();
        box.turn();
        pass(Duration.ofDays(3), step);

        begin.accept(box, out);
        pass(watched, Duration.ofHours(12));
        end.accept(box, out);
        // Another node, or this one started anew: what counts stands in the database.
        box = OutboxFixture.lookingAtLeastEvery(hole, dataSource(), box);
        pass(Duration.ofDays(1).plus(step), step);
        assertThat(box.state(id)).as("not yet, after %s", why).isEqualTo(MailState.QUEUED);
        pass(Duration.ofDays(1), step);

        assertThat(box.state(id)).as(why).isEqualTo(MailState.FAILED);
        assertThat(box.queue.delayed)
                .as("it was late, and is no longer waiting")
                .isEmpty();
    }

    @Test
    void a_retry_after_a_long_pause_still_has_its_time() {
        open(OutboxFixture.lookingAtLeastEvery(Duration.ofMinutes(90), dataSource(), null));
        MailId id = send();
        box.sendingEnabled = false;
        pass(Duration.ofDays(9), Duration.ofHours(12));
        box.sendingEnabled = true;
        box.transport.then(out, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));

        box.later(Duration.ofMinutes(1));
        assertThat(box.state(id)).as("its first try, nine days old").isEqualTo(MailState.RETRYING);
        box.later(Duration.ofMinutes(1));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void spans_of_two_nodes_count_once() {
        SendingSpans spans = new SendingSpans(box.jdbc, Duration.ofMinutes(3));
        var start = SettableClock.START;
        span(0, 10);
        span(5, 12);
        span(60, 70);
        var now = start.plus(Duration.ofMinutes(71));

        assertThat(spans.age(out, start, now)).isEqualTo(Duration.ofMinutes(12 + 11));
        assertThat(spans.age(out, start.plus(Duration.ofMinutes(11)), now)).isEqualTo(Duration.ofMinutes(1 + 11));
        assertThat(spans.ageBegins(out, Duration.ofMinutes(11), now)).contains(start.plus(Duration.ofMinutes(60)));
        assertThat(spans.ageBegins(out, Duration.ofMinutes(12), now)).contains(start.plus(Duration.ofMinutes(11)));
        assertThat(spans.ageBegins(out, Duration.ofMinutes(24), now)).isEmpty();
        assertThat(spans.age("nobody-out", start, start.plus(Duration.ofMinutes(2))))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(spans.age("nobody-out", start, now)).isZero();
    }

    private void span(int from, int until) {
        box.jdbc
                .sql("insert into MAILROOM_SENDING_SPAN (MAILBOX, FROM_AT, UNTIL_AT) values (?, ?, ?)")
                .params(
                        out,
                        dev.mailroom.journal.SqlTime.of(SettableClock.START.plus(Duration.ofMinutes(from))),
                        dev.mailroom.journal.SqlTime.of(SettableClock.START.plus(Duration.ofMinutes(until))))
                .update();
    }

    @Test
    void spans_do_not_pile_up() {
        open(OutboxFixture.lookingAtLeastEvery(Duration.ofMinutes(3), dataSource(), null));
        for (int i = 0; i < 20; i++) {
            box.transport.then(out, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));
            MailId id = send();
            box.turn();
            box.later(Duration.ofMinutes(2));
            assertThat(box.state(id)).isEqualTo(MailState.SENT);
            box.later(Duration.ofHours(1));
        }

        assertThat(box.jdbc
                        .sql("select count(*) from MAILROOM_SENDING_SPAN where MAILBOX = ?")
                        .param(out)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }
}
