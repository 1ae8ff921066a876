package dev.mailroom.inbox;

import static dev.mailroom.inbox.InboxFixture.mail;
import static dev.mailroom.journal.MailState.QUARANTINED;
import static dev.mailroom.journal.MailState.RECEIVED;
import static dev.mailroom.journal.MailState.STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.inbox.InboxRows.Taken;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.message.MailId;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.registry.InputMailbox.AfterReading;
import dev.mailroom.registry.InputMailbox.Provider;
import dev.mailroom.registry.InputMailbox.StartFrom;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.testing.ErrorsFile;
import dev.mailroom.testing.Mailboxes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;

/** One mail in starts exactly one instance, wherever the node stops on the way. */
class ReceivingTest {

    private final InboxFixture f = new InboxFixture();

    @Test
    void a_mail_starts_one_instance_and_is_never_read_again() throws Exception {
        f.server.add(mail("one"));

        f.turn();
        f.turn();

        assertThat(f.gateway.instances()).isEqualTo(1);
        assertThat(f.server.fetched).containsExactly("1");
        JournalEntry row = f.only();
        assertThat(row.state()).isEqualTo(STARTED);
        assertThat(row.heading().subject()).isEqualTo("one");
        assertThat(row.judgement().rule()).isEqualTo("mailbox");
        assertThat(f.events).hasSize(1);
    }

    @Test
    void small_mails_are_fetched_together_and_stored_together() throws Exception {
        f.server.add(mail("warm-up"));
        f.turn();
        for (int i = 0; i < 40; i++) {
            f.server.add(mail("mail-" + i));
        }
        int commands = f.server.commands;
        int statements = f.counting.statements();
        int commits = f.counting.commits();

        f.turn();

        assertThat(f.server.commands - commands).isEqualTo(2);
        assertThat(f.gateway.instances()).isEqualTo(41);
        assertThat(f.counting.statements() - statements).isLessThan(40 * 11);
        assertThat(f.counting.commits() - commits).isLessThan(40 * 2 + 5);
    }

    @Test
    void a_large_backlog_is_listed_once_and_read_turn_by_turn() throws Exception {
        for (int i = 0; i < 450; i++) {
            f.server.add(mail("mail-" + i));
        }
        MailboxTurn turn = f.newTurn();

        assertThat(turn.take(f.server, () -> true).more()).isTrue();
        f.server.add(mail("later"));
        assertThat(turn.take(f.server, () -> true).more()).isTrue();
        assertThat(turn.take(f.server, () -> true).more()).isFalse();
        assertThat(f.server.lists).isEqualTo(1);
        turn.take(f.server, () -> true);

        assertThat(f.gateway.instances()).isEqualTo(451);
    }

    @Test
    void an_answer_that_comes_together_with_the_mail_it_answers_joins_its_case() throws Exception {
        f.server.add(mail("one"));
        f.server.add(mail("two").replace("Subject:", "In-Reply-To: <one@customer.example>\nSubject:"));

        f.turn();

        assertThat(f.gateway.instances()).isEqualTo(1);
        assertThat(f.mails()).extracting(JournalEntry::state).containsExactlyInAnyOrder(STARTED, MailState.ATTACHED);
    }

    @Test
    void what_is_to_be_done_on_the_server_is_done_for_many_at_once() throws Exception {
        f.mailbox =
                Mailboxes.of(f.mailbox).afterReading(AfterReading.SEEN, null).build();
        for (int i = 0; i < 30; i++) {
            f.server.add(mail("mail-" + i));
        }

        f.turn();

        assertThat(f.server.disposed).hasSize(30);
        assertThat(f.server.commands).isEqualTo(2 + 1);
    }

    @Test
    void a_mail_that_cannot_be_stored_keeps_no_other_from_being_read_and_is_given_up_after_three_turns()
            throws Exception {
        f.server.add(mail("one"));
        f.server.add(mail("poison"));
        f.server.add(mail("three"));

        f.turn();
        assertThat(f.gateway.instances()).isEqualTo(2);
        assertThatThrownBy(f::turn).isInstanceOf(DataIntegrityViolationException.class);
        f.turn();

        assertThat(f.mails(QUARANTINED).get(0).progress().reason().code()).isEqualTo("NOT_FETCHED");
    }

    @Test
    void an_answer_to_a_mail_in_doubt_ends_the_doubt_and_is_decided_after_its_process_went_on() throws Exception {
        f.jdbc.sql(
                        "insert into MAILROOM_MAIL (ID, DIRECTION, STATE, CREATED_AT, ATTACHMENTS, SIZE_BYTES, ATTEMPTS, EPOCH)"
                                + " values ('doubt', 'OUTGOING', 'UNCERTAIN', current_timestamp, 0, 0, 1, 1)")
                .update();
        String answered = f.signer.sign(new MailId("doubt"), "acme.example").value();
        f.server.add(mail("one").replace("Subject:", "In-Reply-To: " + answered + "\nSubject:"));

        f.turn();
        assertThat(f.evidence).containsExactly("answered, so it was sent");
        assertThat(f.mails(MailState.RECEIVED)).hasSize(1);
        later();

        assertThat(f.gateway.instances()).isEqualTo(1);
        assertThat(f.mails(MailState.SENT)).hasSize(1);
    }

    @Test
    void crash_after_the_row_and_before_the_decision() throws Exception {
        f.server.add(mail("one"));
        try (Spool spool = spooled(mail("one"))) {
            f.rows.store(f.mailbox, Taken.of(new Locator("INBOX", 7, "1"), spool));
        }

        f.turn();
        f.processor.processDue(10);

        assertThat(f.server.fetched).isEmpty();
        assertThat(f.gateway.instances()).isEqualTo(1);
    }

    @Test
    void crash_while_deciding_is_repeated_when_the_claim_has_expired() throws Exception {
        try (Spool spool = spooled(mail("one"))) {
            MailId id = f.rows.store(f.mailbox, Taken.of(new Locator("INBOX", 7, "1"), spool));
            f.anotherLife().claim(id, InboxFixture.LEASE, false);
        }

        f.processor.processDue(10);
        assertThat(f.gateway.instances()).isZero();
        f.clock.advance(InboxFixture.LEASE);
        f.processor.processDue(10);

        assertThat(f.gateway.instances()).isEqualTo(1);
    }

    @Test
    void failure_after_the_start_rolls_the_instance_back_and_starts_it_once_later() throws Exception {
        f.gateway.failuresAfterStart = 2;
        f.server.add(mail("one"));

        f.turn();
        assertThat(f.gateway.instances()).isZero();
        later();
        assertThat(f.gateway.instances()).isZero();
        later();

        assertThat(f.gateway.instances()).isEqualTo(1);
    }

    @Test
    void crash_before_the_action_on_the_server_only_repeats_the_action() throws Exception {
        f.mailbox =
                Mailboxes.of(f.mailbox).afterReading(AfterReading.MOVE, "Done").build();
        f.server.add(mail("one"));
        f.server.disposeFails = Code.NO_ANSWER;

        assertThatThrownBy(f::turn).isInstanceOf(MailStoreException.class);
        f.server.disposeFails = null;
        f.turn();
        f.turn();

        assertThat(f.server.disposed).containsExactly("Move 1");
        assertThat(f.gateway.instances()).isEqualTo(1);
    }

    @Test
    void a_missing_target_folder_is_told_and_does_not_stop_reading() throws Exception {
        f.mailbox =
                Mailboxes.of(f.mailbox).afterReading(AfterReading.MOVE, "Done").build();
        f.server.disposeFails = Code.FOLDER_MISSING;
        f.server.add(mail("one"));
        f.server.add(mail("two"));

        MailboxTurn.Result result = f.turn();

        assertThat(result.trouble()).contains("could not be moved");
        assertThat(f.gateway.instances()).isEqualTo(2);
    }

    @Test
    void nothing_is_done_on_the_server_before_the_mail_has_found_its_place() throws Exception {
        f.mailbox =
                Mailboxes.of(f.mailbox).afterReading(AfterReading.DELETE, null).build();
        f.gateway.deployed.clear();
        f.server.add(mail("one"));

        f.turn();

        assertThat(f.only().state()).isEqualTo(RECEIVED);
        assertThat(f.server.disposed).isEmpty();
    }

    @Test
    void the_same_content_twice_starts_one_instance() throws Exception {
        f.server.add(mail("one"));
        f.server.add(mail("one"));

        f.turn();

        assertThat(f.gateway.instances()).isEqualTo(1);
        assertThat(f.mails()).hasSize(1);
    }

    @Test
    void the_same_message_id_with_another_content_is_another_mail() throws Exception {
        f.server.add(mail("one"));
        f.server.add(mail("one") + "More.\n");

        f.turn();

        assertThat(f.gateway.instances()).isEqualTo(2);
    }

    @Test
    void another_uid_validity_does_not_start_known_mail_again() throws Exception {
        f.server.add(mail("one"));
        f.turn();

        f.server.renumber();
        f.server.add(mail("two"));
        f.turn();

        assertThat(f.gateway.instances()).isEqualTo(2);
        assertThat(f.mails()).hasSize(2);
    }

    @Test
    void a_broken_mail_between_two_good_ones_is_kept_and_the_others_start() throws Exception {
        f.server.add(mail("one"));
        f.server.add(mail("bomb"));
        f.server.add(mail("three"));

        f.turn();

        assertThat(f.gateway.instances()).isEqualTo(2);
        JournalEntry broken = f.mails(QUARANTINED).get(0);
        assertThat(broken.progress().reason().code()).isEqualTo("DEPTH");
        assertThat(broken.heading().subject()).isEqualTo("bomb");
        try (var in = f.content.open(broken.stored().contentId()).orElseThrow().open()) {
            assertThat(in.readAllBytes()).isEqualTo(mail("bomb").getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void three_failures_end_in_quarantine_with_the_reason() throws Exception {
        f.gateway.failuresAfterStart = 3;
        f.server.add(mail("one"));

        f.turn();
        later();
        later();

        assertThat(f.only().state()).isEqualTo(QUARANTINED);
        assertThat(f.only().progress().reason().text()).contains("The first step of the process failed");
    }

    @Test
    void a_mail_the_server_cannot_hand_out_is_given_up_after_three_turns_and_keeps_nobody_waiting() throws Exception {
        f.server.add(mail("one"));
        f.server.add(mail("two"));
        f.server.unfetchable.add("1");

        assertThatThrownBy(f::turn).isInstanceOf(MailStoreException.class);
        assertThatThrownBy(f::turn).isInstanceOf(MailStoreException.class);
        assertThat(f.gateway.instances()).isEqualTo(1);
        f.turn();

        assertThat(f.mails(QUARANTINED).get(0).progress().reason().code()).isEqualTo("NOT_FETCHED");
    }

    @Test
    void a_mail_beyond_the_size_limit_leaves_its_beginning_and_the_others_are_read() throws Exception {
        f.server.add(mail("large") + "x".repeat(200_000));
        f.server.add(mail("small"));

        f.turn();

        JournalEntry large = f.mails(QUARANTINED).get(0);
        assertThat(large.progress().reason().code()).isEqualTo("TOO_LARGE");
        assertThat(ErrorsFile.section("A mail that is not as it should be"))
                .extracting(ErrorsFile.Row::sentence)
                .contains(large.progress().reason().text());
        assertThat(large.stored().size()).isEqualTo(64 * 1024);
        assertThat(f.gateway.instances()).isEqualTo(1);
    }

    @Test
    void mail_waits_for_its_process_and_starts_once_it_is_there() throws Exception {
        f.gateway.deployed.clear();
        f.server.add(mail("one"));
        f.server.add(mail("two"));

        f.turn();
        assertThat(f.mails(RECEIVED)).hasSize(2);
        assertThat(f.health.told)
                .contains("support warning NO_PROCESS: No process 'request' is deployed; 2 mails wait for it");
        f.gateway.deployed.add("request");
        f.processor.processWaiting();

        assertThat(f.gateway.instances()).isEqualTo(2);
        assertThat(f.health.told).last().isEqualTo("support no longer NO_PROCESS");
    }

    @Test
    void waiting_for_a_process_is_never_counted_as_a_failure() throws Exception {
        f.gateway.deployed.clear();
        f.server.add(mail("one"));
        f.turn();

        for (int i = 0; i < 10; i++) {
            later();
        }

        assertThat(f.only().state()).isEqualTo(RECEIVED);
        assertThat(f.only().progress().attempts()).isZero();
    }

    @Test
    void from_now_on_leaves_what_lay_there_when_the_mailbox_was_registered() throws Exception {
        f.mailbox = Mailboxes.of(f.mailbox)
                .startFrom(new StartFrom.Now())
                .stamp(new Mailbox.Stamp(1, Mailbox.Origin.REST, f.clock.instant(), f.clock.instant()))
                .build();
        f.server.add(mail("old"), f.clock.instant().minusSeconds(1));
        f.server.add(mail("new"), f.clock.instant());

        f.turn();
        f.server.add(mail("newer"), f.clock.instant().plusSeconds(5));
        f.turn();
        f.server.renumber();
        f.turn();

        assertThat(f.mails()).extracting(entry -> entry.heading().subject()).containsExactlyInAnyOrder("new", "newer");
        assertThat(f.gateway.instances()).isEqualTo(2);
    }

    @Test
    void from_now_on_old_mail_that_is_put_back_later_is_not_read_and_mail_of_a_slow_clock_is() throws Exception {
        f.mailbox = Mailboxes.of(f.mailbox)
                .startFrom(new StartFrom.Now())
                .stamp(new Mailbox.Stamp(1, Mailbox.Origin.REST, f.clock.instant(), f.clock.instant()))
                .build();
        f.turn();
        f.server.add(mail("years ago"), f.clock.instant().minus(Duration.ofDays(700)));
        f.server.add(mail("a clock that is slow"), f.clock.instant().minus(Duration.ofHours(1)));

        f.turn();
        f.turn();

        assertThat(f.only().heading().subject()).isEqualTo("a clock that is slow");
    }

    @Test
    void from_now_on_works_on_a_server_without_dates_too() throws Exception {
        f.mailbox = Mailboxes.of(f.mailbox)
                .provider(Provider.POP)
                .startFrom(new StartFrom.Now())
                .build();
        f.server.validity = 0;
        f.server.add(mail("old"), null);

        f.turn();
        f.server.add(mail("new"), null);
        f.turn();

        assertThat(f.only().heading().subject()).isEqualTo("new");
    }

    @Test
    void from_a_day_on_leaves_what_came_before_it() throws Exception {
        f.mailbox = Mailboxes.of(f.mailbox)
                .startFrom(new StartFrom.Day(LocalDate.parse("2026-11-20")))
                .build();
        f.server.add(mail("before"), Instant.parse("2026-11-19T23:59:59Z"));
        f.server.add(mail("after"), Instant.parse("2026-11-20T00:00:00Z"));

        f.turn();

        assertThat(f.only().heading().subject()).isEqualTo("after");
    }

    @Test
    void a_reply_continues_the_instance_that_waits_else_is_attached_else_begins_anew() throws Exception {
        f.server.add(mail("one"));
        f.turn();
        f.gateway.waiting = true;
        reply("two");
        f.gateway.waiting = false;
        reply("three");
        f.gateway.end();
        reply("four");

        assertThat(f.mails())
                .extracting(JournalEntry::state)
                .containsExactlyInAnyOrder(STARTED, MailState.CORRELATED, MailState.ATTACHED, STARTED);
        assertThat(f.mails())
                .extracting(entry -> entry.heading().conversation())
                .containsOnly(f.mails().stream()
                        .filter(entry -> "one".equals(entry.heading().subject()))
                        .findFirst()
                        .orElseThrow()
                        .id()
                        .value());
    }

    private void reply(String subject) throws Exception {
        f.server.add(mail(subject).replace("Subject:", "In-Reply-To: <one@customer.example>\nSubject:"));
        f.turn();
    }

    private void later() {
        f.clock.advance(Duration.ofSeconds(31));
        f.processor.processDue(10);
    }

    private static Spool spooled(String mail) throws Exception {
        Spool spool = new Spool(100_000);
        spool.fill(new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8)));
        return spool;
    }
}
