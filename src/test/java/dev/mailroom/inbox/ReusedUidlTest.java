package dev.mailroom.inbox;

import static dev.mailroom.inbox.InboxFixture.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.registry.InputMailbox.AfterReading;
import dev.mailroom.registry.InputMailbox.Provider;
import dev.mailroom.registry.InputMailbox.StartFrom;
import dev.mailroom.testing.Mailboxes;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** POP3 servers that give a unique id to a second message, or other ids to the same ones. */
class ReusedUidlTest {

    private final InboxFixture f = new InboxFixture();
    private UidlMemory memory;
    private MailboxTurn turn;

    @BeforeEach
    void leave_mail_on_the_server() {
        f.server.validity = 0;
        mailbox(AfterReading.LEAVE, new StartFrom.All());
    }

    @Test
    void known_mail_is_not_fetched_again() throws Exception {
        f.server.put(1, mail("one"));
        session();
        session();
        restarted();
        session();

        assertThat(f.server.fetched).containsExactly("1", "closed", "closed", "closed");
    }

    @Test
    void another_mail_under_the_id_of_one_that_is_gone_is_read() throws Exception {
        f.server.put(1, mail("one"));
        session();
        f.server.remove(1);
        session();
        f.server.put(1, mail("two"));
        restarted();
        session();

        assertThat(f.gateway.instances()).isEqualTo(2);
    }

    @Test
    void another_mail_under_the_id_of_one_that_went_unnoticed_is_known_by_its_size() throws Exception {
        f.server.put(1, mail("one"));
        session();
        f.server.put(1, mail("another"));
        session();

        assertThat(f.gateway.instances()).isEqualTo(2);
    }

    @Test
    void a_mail_that_its_server_wrote_into_is_still_the_same() throws Exception {
        f.server.put(1, mail("one"));
        session();
        f.server.put(1, "Status: RO\n" + mail("one"));
        session();
        session();

        assertThat(f.gateway.instances()).isEqualTo(1);
        assertThat(f.server.fetched).containsExactly("1", "closed", "1", "closed", "closed");
    }

    @Test
    void a_mail_that_was_away_and_is_back_starts_nothing() throws Exception {
        f.server.put(1, mail("one"));
        session();
        f.server.remove(1);
        session();
        f.server.put(1, mail("one"));
        session();
        session();

        assertThat(f.gateway.instances()).isEqualTo(1);
        assertThat(f.mails()).hasSize(1);
        assertThat(f.server.fetched.stream().filter("1"::equals)).hasSize(2);
    }

    @Test
    void known_mail_under_other_ids_starts_nothing() throws Exception {
        f.server.put(1, mail("one"));
        f.server.put(2, mail("two"));
        session();
        f.server.remove(1);
        f.server.remove(2);
        f.server.put(11, mail("one"));
        f.server.put(12, mail("two"));
        f.server.put(13, mail("three"));
        session();

        assertThat(f.gateway.instances()).isEqualTo(3);
    }

    @Test
    void a_new_mail_under_the_id_of_a_deleted_one_is_read_and_not_deleted_unread() throws Exception {
        mailbox(AfterReading.DELETE, new StartFrom.All());
        f.server.put(1, mail("one"));
        session();
        f.server.put(1, mail("two"));
        session();

        assertThat(f.gateway.instances()).isEqualTo(2);
        assertThat(f.server.fetched).containsExactly("1", "closed", "1", "closed");
        assertThat(f.server.disposed).containsExactly("Delete 1", "Delete 1");
    }

    @Test
    void what_the_server_did_not_delete_is_looked_at_before_it_is_deleted_again_and_not_for_ever() throws Exception {
        mailbox(AfterReading.DELETE, new StartFrom.All());
        f.server.keepsDeleted = true;
        f.server.put(1, mail("one"));
        for (int i = 0; i < 10; i++) {
            session();
        }

        assertThat(f.gateway.instances()).isEqualTo(1);
        assertThat(f.server.disposed).hasSize(10);
        assertThat(f.server.fetched.stream().filter("1"::equals)).hasSize(3);
    }

    @Test
    void mail_from_before_the_start_is_known_by_size_and_date_under_another_id() throws Exception {
        mailbox(AfterReading.LEAVE, new StartFrom.Now());
        f.server.put(1, received("Sat, 21 Nov 2026 10:00:00 +0000", "old"));
        session();
        f.server.remove(1);
        f.server.put(11, received("Sat, 21 Nov 2026 10:00:00 +0000", "old"));
        f.server.put(12, received("Sun, 22 Nov 2026 10:00:00 +0000", "new"));
        session();
        session();
        restarted();
        session();

        assertThat(f.only().heading().subject()).isEqualTo("new");
    }

    @Test
    void mail_from_before_the_start_that_was_away_is_not_read_and_a_new_one_under_its_id_is() throws Exception {
        mailbox(AfterReading.LEAVE, new StartFrom.Now());
        f.server.put(1, received("Sat, 21 Nov 2026 10:00:00 +0000", "old"));
        f.server.put(2, received("Sat, 21 Nov 2026 10:00:00 +0000", "odd"));
        session();
        f.server.remove(1);
        f.server.remove(2);
        session();
        f.server.put(1, received("Sat, 21 Nov 2026 10:00:00 +0000", "old"));
        f.server.put(2, received("Sun, 22 Nov 2026 10:00:00 +0000", "new"));
        session();

        assertThat(f.only().heading().subject()).isEqualTo("new");
    }

    @Test
    void a_day_to_start_from_is_compared_with_the_line_of_the_server_in_the_header() throws Exception {
        mailbox(AfterReading.LEAVE, new StartFrom.Day(LocalDate.parse("2026-11-20")));
        f.server.put(1, received("Thu, 19 Nov 2026 23:59:59 +0000", "before"));
        f.server.put(2, received("Fri, 20 Nov 2026 00:00:00 +0000", "after"));
        f.server.put(3, mail("undated"));
        session();
        session();

        assertThat(f.mails())
                .extracting(mail -> mail.heading().subject())
                .containsExactlyInAnyOrder("after", "undated");
    }

    private static String received(String date, String subject) {
        return "Received: from a.example by b.example; " + date + "\n" + mail(subject);
    }

    private void mailbox(AfterReading afterReading, StartFrom start) {
        f.mailbox = Mailboxes.of(f.mailbox)
                .provider(Provider.POP)
                .afterReading(afterReading, null)
                .startFrom(start)
                .build();
        restarted();
    }

    private void restarted() {
        UidlLedger uidls = new UidlLedger(new NamedParameterJdbcTemplate(f.database));
        memory = new UidlMemory(f.mailbox, uidls, f.ledger, f.journal, f.transaction);
        turn = f.newTurn();
    }

    private void session() throws Exception {
        try (SteadyPop3Store store = new SteadyPop3Store(f.server, memory)) {
            turn.take(store, () -> true);
        }
    }
}
