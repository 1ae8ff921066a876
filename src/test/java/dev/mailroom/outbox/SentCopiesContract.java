package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static dev.mailroom.outbox.OutboxFixture.MARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import dev.mailroom.registry.OutputMailbox.SentCopy;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mail in doubt is looked for in the folder of sent mail, and sent mail is put there, whatever the database. */
abstract class SentCopiesContract extends OutboxContract {

    private static final String FOLDER = "support/Sent";
    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(dataSource());
        box.jdbc.sql("delete from MAILROOM_SENT_COPY").update();
        mailbox(false, OnUncertain.ASK);
        account("support", true);
    }

    private void mailbox(boolean append, OnUncertain policy) {
        box.registry.put(OutputForm.of(BOX)
                .sentCopy(new SentCopy("support", "Sent", append))
                .onUncertain(policy)
                .mailbox());
    }

    private void account(String key, boolean enabled) {
        box.registry.put(dev.mailroom.testing.Mailboxes.of(
                        new dev.mailroom.testing.FakeRegistry().input(key, key + "@acme.example", null))
                .enabled(enabled)
                .build());
    }

    private MailId uncertain() {
        MailId id = box.send();
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        return id;
    }

    private String raw(MailId id) {
        return "Message-ID: " + box.mail(id).heading().messageId() + "\r\n\r\n";
    }

    private void after(Duration time) {
        box.clock.advance(time);
        box.parts.copies().runDue(Runnable::run);
    }

    private List<String> events(MailId id) {
        return box.journal.events(id).stream().map(EventEntry::what).toList();
    }

    private long errands() {
        return box.jdbc
                .sql("select count(*) from MAILROOM_SENT_COPY")
                .query(Long.class)
                .single();
    }

    @Test
    void a_mail_that_lies_in_the_folder_was_sent_and_its_task_goes_on() {
        MailId id = uncertain();
        box.sentFolder.in(FOLDER).add(raw(id));

        after(Duration.ofSeconds(29));
        assertThat(box.sentFolder.opened)
                .as("the server gets time to put it there")
                .isEmpty();
        after(Duration.ofSeconds(1));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.recipientStates(id)).containsOnly(State.ACCEPTED);
        assertThat(box.task(id).incident()).isNull();
        assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo("SENT");
        assertThat(box.events).containsExactly(new EmailSent(id, BOX, "acme"));
        assertThat(box.journal.events(id)).singleElement().satisfies(event -> {
            assertThat(event.what()).isEqualTo("found in the Sent folder");
            assertThat(event.who()).isEqualTo("mailroom");
        });
        assertThat(errands()).isZero();
        assertThat(box.transport.submissions).hasSize(1);
    }

    @Test
    void what_is_not_found_stays_in_doubt_and_the_looking_has_an_end() {
        MailId id = uncertain();
        String incident = box.task(id).incident();

        for (int minute = 0; minute < 24 * 60; minute++) {
            after(Duration.ofMinutes(1));
        }

        assertThat(box.sentFolder.asked).as("after 30 s, 10 min, 6 h").hasSize(3);
        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.task(id).incident()).isEqualTo(incident);
        assertThat(events(id)).isEmpty();
        assertThat(errands()).isZero();
    }

    @Test
    void it_is_found_by_a_later_look_too() {
        MailId id = uncertain();
        after(Duration.ofSeconds(30));
        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        box.sentFolder.in(FOLDER).add(raw(id));

        after(Duration.ofMinutes(10));

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void what_somebody_decided_meanwhile_stands() {
        MailId cancelled = uncertain();
        box.sentFolder.in(FOLDER).add(raw(cancelled));
        box.outbox.cancel(cancelled, Outbox.Then.CONTINUE, MARY, null);

        after(Duration.ofMinutes(1));

        assertThat(box.state(cancelled)).isEqualTo(MailState.CANCELLED);
        assertThat(box.sentFolder.opened).as("not even looked for").isEmpty();
        assertThat(errands()).isZero();
    }

    @Test
    void recipients_the_server_had_put_off_get_the_mail_in_one_of_their_own() {
        MailId id = box.send("ana@acme.example", "grey@acme.example");
        List<MailAddress> ana = List.of(MailAddress.of("ana@acme.example"));
        Failure failure = new Failure(Scope.MESSAGE, Stage.DOT, "NO_REPLY", "No reply", null);
        box.transport.then(BOX, (submission, gate) -> {
            gate.pass(ana);
            return new Uncertain(failure, box.clock.instant(), ana, List.of());
        });
        box.turn();
        box.sentFolder.in(FOLDER).add(raw(id));

        after(Duration.ofSeconds(30));
        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.PARTLY_SENT);
        assertThat(box.recipientStates(id)).containsExactly(State.ACCEPTED, State.DROPPED);
        assertThat(box.journal.linkedTo(id))
                .singleElement()
                .satisfies(rest -> assertThat(rest.state()).isEqualTo(MailState.SENT));
        assertThat(box.transport.submissions.get(1).recipients())
                .extracting(MailAddress::address)
                .containsExactly("grey@acme.example");
    }

    @Test
    void a_process_that_cannot_go_on_keeps_the_mail_sent_and_says_so() {
        MailId id = box.send(BOX, box.queue.add(BOX, Set.of(), "division by zero"), SendOptions.DEFAULT);
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
        box.turn();
        box.sentFolder.in(FOLDER).add(raw(id));

        after(Duration.ofSeconds(30));
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.task(id).incident())
                .isEqualTo("The mail was sent. The process could not go on after it: division by zero");

        box.queue.repair(box.task(id).id());
        box.queue.retryNow(box.task(id).id());
        box.turn();
        assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo("SENT");
        assertThat(box.transport.submissions).hasSize(1);
    }

    @Test
    void a_node_that_stops_before_the_process_went_on_loses_nothing() {
        MailId id = uncertain();
        OutboxFixture other = new OutboxFixture(dataSource(), Runnable::run, Runnable::run, box);

        box.transaction.executeWithoutResult(status -> box.parts.proofs().sent(id, "seen", List.of()));
        assertThat(box.task(id).result()).isNull();
        // The share of connections that the stopped node held has run out by then.
        other.later(Duration.ofMinutes(10));
        other.turn();

        assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo("SENT");
        box.turn();
        assertThat(box.transport.submissions).hasSize(1);
    }

    @Test
    void a_proof_that_is_rolled_back_proves_nothing() {
        MailId id = uncertain();

        box.transaction.executeWithoutResult(status -> {
            assertThat(box.parts.proofs().sent(id, "seen", List.of())).isTrue();
            status.setRollbackOnly();
        });
        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.task(id).incident()).isNotNull();
        assertThat(box.parts.proofs().sent(MailId.next(), "seen", List.of())).isFalse();
    }

    @Test
    void a_proven_mail_goes_on_while_sending_is_switched_off_and_a_bounced_one_too() {
        MailId id = uncertain();
        box.sendingEnabled = false;

        box.transaction.executeWithoutResult(status -> {
            box.parts.proofs().sent(id, "named by a delivery report, so it was sent", List.of());
            box.jdbc
                    .sql("update MAILROOM_MAIL set STATE = 'BOUNCED' where ID = ?")
                    .param(id.value())
                    .update();
        });
        box.turn();

        assertThat(box.state(id)).isEqualTo(MailState.BOUNCED);
        assertThat(Objects.requireNonNull(box.task(id).result()).status()).isEqualTo("SENT");
    }

    @Test
    void a_sent_mail_is_put_into_the_folder_once() {
        mailbox(true, OnUncertain.ASK);
        MailId id = box.send();
        box.turn();
        assertThat(box.state(id)).isEqualTo(MailState.SENT);

        after(Duration.ZERO);
        after(Duration.ofDays(1));

        assertThat(box.sentFolder.in(FOLDER)).containsExactly(box.transport.bytes.get(0));
        assertThat(errands()).isZero();
        assertThat(events(id)).isEmpty();
    }

    @Test
    void a_server_that_keeps_copies_by_itself_gets_no_second_one() {
        mailbox(true, OnUncertain.ASK);
        MailId id = box.send();
        box.sentFolder.in(FOLDER).add(raw(id));
        box.turn();

        after(Duration.ZERO);

        assertThat(box.sentFolder.in(FOLDER)).hasSize(1);
    }

    @Test
    void a_line_that_breaks_after_the_copy_makes_no_second_one() {
        mailbox(true, OnUncertain.ASK);
        MailId id = box.send();
        box.sentFolder.breaksAfterAppend = true;
        box.turn();
        after(Duration.ZERO);
        assertThat(events(id)).containsExactly("copy to the Sent folder put off");

        after(Duration.ofMinutes(2));

        assertThat(box.sentFolder.in(FOLDER)).hasSize(1);
        assertThat(errands()).isZero();
    }

    @Test
    void only_what_was_sent_is_put_there() {
        mailbox(true, OnUncertain.ASK);
        MailId failed = box.send();
        box.transport.then(BOX, ScriptedTransport.refuseAll());
        box.turn();
        MailId doubtful = uncertain();
        after(Duration.ofMinutes(1));
        assertThat(box.sentFolder.in(FOLDER)).isEmpty();

        box.outbox.markSent(doubtful, MARY, null);
        box.outbox.cancel(failed, Outbox.Then.CONTINUE, MARY, null);
        after(Duration.ofMinutes(1));

        assertThat(box.sentFolder.in(FOLDER))
                .singleElement()
                .satisfies(copy -> assertThat(copy)
                        .contains(String.valueOf(box.mail(doubtful).heading().messageId())));
    }

    @Test
    void what_is_assumed_to_be_sent_is_put_there_too() {
        mailbox(true, OnUncertain.ASSUME_SENT);
        box.send();
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
        box.turn();

        after(Duration.ZERO);

        assertThat(box.sentFolder.in(FOLDER)).hasSize(1);
    }

    @Test
    void a_mail_that_bounced_before_its_copy_gets_none() {
        mailbox(true, OnUncertain.ASK);
        MailId id = box.send();
        box.turn();
        box.jdbc
                .sql("update MAILROOM_MAIL set STATE = 'BOUNCED' where ID = ?")
                .param(id.value())
                .update();

        after(Duration.ZERO);

        assertThat(box.sentFolder.in(FOLDER)).isEmpty();
        assertThat(errands()).isZero();
    }

    @Test
    void a_copy_that_fails_is_tried_again_by_whatever_node_and_given_up_at_last() {
        mailbox(true, OnUncertain.ASK);
        MailId id = box.send();
        box.sentFolder.closed.put("support", "The folder does not exist on the server");
        box.turn();

        after(Duration.ZERO);
        assertThat(box.journal.events(id)).singleElement().satisfies(event -> {
            assertThat(event.what()).isEqualTo("copy to the Sent folder put off");
            assertThat(event.comment()).isEqualTo("The folder does not exist on the server");
        });
        box = new OutboxFixture(dataSource(), Runnable::run, Runnable::run, box);
        for (int minute = 0; minute < 24 * 60; minute += 10) {
            after(Duration.ofMinutes(10));
        }

        assertThat(events(id)).containsExactly("copy to the Sent folder put off", "copy to the Sent folder given up");
        assertThat(box.sentFolder.opened).as("at once, after 30 s, 10 min, 6 h").hasSize(4);
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(errands()).isZero();
    }

    @Test
    void one_copy_that_the_server_refuses_does_not_hold_up_the_others() {
        mailbox(true, OnUncertain.ASK);
        MailId bad = box.send();
        MailId good = box.send();
        box.sentFolder.refused = String.valueOf(box.mail(bad).heading().messageId());
        box.turn();

        after(Duration.ZERO);
        after(Duration.ofMinutes(2));

        assertThat(box.sentFolder.in(FOLDER))
                .singleElement()
                .satisfies(copy -> assertThat(copy)
                        .contains(String.valueOf(box.mail(good).heading().messageId())));
    }

    @Test
    void an_account_that_goes_on_failing_is_visited_more_and_more_rarely() {
        mailbox(true, OnUncertain.ASK);
        box.sentFolder.closed.put("support", "The server does not answer");

        for (int minute = 0; minute < 60; minute++) {
            box.send();
            box.turn();
            after(Duration.ofMinutes(1));
        }
        assertThat(box.sentFolder.opened).as("after 1, 2, 4, 8, 16, 30 minutes").hasSize(6);

        box.sentFolder.closed.clear();
        after(Duration.ofMinutes(30));
        after(Duration.ofMinutes(1));
        assertThat(box.sentFolder.in(FOLDER)).as("it works again").isNotEmpty();
    }

    @Test
    void an_account_that_is_switched_off_is_not_logged_into() {
        mailbox(true, OnUncertain.ASK);
        account("support", false);
        MailId id = box.send();
        box.turn();

        after(Duration.ZERO);
        assertThat(box.sentFolder.opened).isEmpty();
        assertThat(box.journal.events(id).get(0).comment())
                .isEqualTo("The Input mailbox 'support' is switched off or gone");

        account("support", true);
        after(Duration.ofMinutes(2));
        assertThat(box.sentFolder.in(FOLDER)).hasSize(1);
    }

    @Test
    void without_a_folder_there_is_nothing_to_do() {
        box.registry.put(OutputForm.of(BOX).mailbox());
        uncertain();
        box.send();
        box.turn();

        assertThat(errands()).isZero();
    }

    @Test
    void of_two_nodes_one_goes() {
        mailbox(true, OnUncertain.ASK);
        box.send();
        box.turn();
        OutboxFixture other = new OutboxFixture(dataSource(), Runnable::run, Runnable::run, box);
        box.sentFolder.whileOpening = () -> {
            box.sentFolder.whileOpening = () -> {};
            other.parts.copies().runDue(Runnable::run);
        };

        after(Duration.ZERO);

        assertThat(box.sentFolder.opened).hasSize(1);
        assertThat(box.sentFolder.in(FOLDER)).hasSize(1);
    }

    @Test
    void an_account_without_an_answer_only_holds_up_its_own() throws Exception {
        String slow = "slow-out";
        account("slow", true);
        box.registry.put(
                OutputForm.of(slow).sentCopy(new SentCopy("slow", "Sent", true)).mailbox());
        mailbox(true, OnUncertain.ASK);
        box.send(slow, box.queue.add(slow), SendOptions.DEFAULT);
        box.turn();
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        box.sentFolder.whileOpening = () -> {
            if (box.sentFolder.opened.size() == 1) {
                begun.countDown();
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        ExecutorService visitors = Executors.newFixedThreadPool(2);
        try {
            box.parts.copies().runDue(visitors);
            begun.await();
            box.send(slow, box.queue.add(slow), SendOptions.DEFAULT);
            box.send();
            box.turn();
            box.parts.copies().runDue(visitors);

            await().until(() -> box.sentFolder.in(FOLDER).size() == 1);
            assertThat(box.sentFolder.opened)
                    .as("nobody else went to the slow one")
                    .containsExactly("slow", "support");
        } finally {
            answer.countDown();
            visitors.shutdown();
        }
    }
}
