package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.message.OutgoingMessage.Importance;
import dev.mailroom.message.OutgoingMessage.Recipient;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import dev.mailroom.testing.TestDatabases;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A test system sends nothing to the people whose addresses it holds. */
class RedirectionTest {

    private static final String TESTER = "tester@test.example";

    private final DataSource database = TestDatabases.h2();
    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(database);
        box.registry.put(OutputForm.of(OutboxFixture.BOX).recipients(2).mailbox());
    }

    private OutboxFixture redirecting(String... to) {
        return OutboxFixture.redirecting(database, box, to);
    }

    private List<String> envelope(int submission) {
        return box.transport.submissions.get(submission).recipients().stream()
                .map(MailAddress::address)
                .toList();
    }

    @Test
    void whoever_stands_in_gets_one_mail_and_the_journal_keeps_the_true_recipients() {
        OutboxFixture test = redirecting(TESTER);
        MailId id = test.send("ana@acme.example", "bob@acme.example", "eve@acme.example");

        test.turn();

        assertThat(box.transport.submissions).hasSize(1);
        assertThat(envelope(0)).containsExactly(TESTER);
        assertThat(box.transport.bytes.get(0))
                .contains("to ana@acme.example, cc bob@acme.example, cc eve@acme.example");
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(box.journal.recipients(id))
                .extracting(entry -> entry.address().address())
                .containsExactly("ana@acme.example", "bob@acme.example", "eve@acme.example");
        assertThat(box.journal.recipients(id))
                .extracting(RecipientEntry::reply)
                .allSatisfy(reply -> assertThat(reply).contains("redirected to " + TESTER));
    }

    @Test
    void a_mail_from_before_does_not_slip_through() {
        MailId id = box.send("ana@acme.example", "bob@acme.example", "eve@acme.example");
        OutboxFixture test = redirecting(TESTER);

        test.turn();

        assertThat(box.transport.submissions).hasSize(1);
        assertThat(envelope(0)).containsExactly(TESTER);
        assertThat(box.transport.bytes.get(0))
                .startsWith(
                        "X-Mailroom-Redirected-From: ana@acme.example,\r\n bob@acme.example,\r\n eve@acme.example\r\n");
        assertThat(box.transport.submissions.get(0).size())
                .isEqualTo(box.transport.bytes.get(0).length());
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_mail_written_for_the_testers_stays_theirs_when_the_setting_goes() {
        MailId id = redirecting(TESTER).send("ana@acme.example");

        box.turn();

        assertThat(envelope(0)).containsExactly(TESTER);
        assertThat(box.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void so_does_its_resent_copy() {
        MailId id = redirecting(TESTER).send("ana@acme.example");
        box.turn();

        box.outbox.resend(id, List.of(), OutboxFixture.MARY, null);
        box.turn();

        assertThat(box.transport.submissions).hasSize(2);
        assertThat(envelope(1)).containsExactly(TESTER);
    }

    @Test
    void a_stand_in_that_is_put_off_puts_the_mail_off_and_one_that_is_refused_fails_it() {
        OutboxFixture test = redirecting(TESTER);
        box.transport.then(
                OutboxFixture.BOX,
                ScriptedTransport.defer(
                        dev.mailroom.transport.SubmissionOutcome.Scope.RECIPIENT,
                        dev.mailroom.transport.SubmissionOutcome.Stage.RCPT));
        box.transport.then(OutboxFixture.BOX, ScriptedTransport.refuseAll());
        MailId id = test.send("ana@acme.example", "bob@acme.example");

        test.turn();
        assertThat(box.state(id)).isEqualTo(MailState.RETRYING);
        test.later(Duration.ofHours(1));

        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(box.recipientStates(id)).containsOnly(RecipientEntry.State.REFUSED);
    }

    @Test
    void one_of_several_stand_ins_is_enough() {
        OutboxFixture test = redirecting(TESTER, "second@test.example");
        box.transport.then(
                OutboxFixture.BOX,
                ScriptedTransport.acceptBut("second@test.example", new SmtpReply(550, "5.1.1", "unknown")));
        MailId id = test.send("ana@acme.example");

        test.turn();

        assertThat(box.state(id)).isEqualTo(MailState.SENT);
        assertThat(envelope(0)).containsExactly(TESTER, "second@test.example");
    }

    @Test
    void an_uncertain_one_is_marked_at_the_dot_with_its_true_recipients() {
        OutboxFixture test = redirecting(TESTER);
        box.transport.then(OutboxFixture.BOX, ScriptedTransport.uncertain(box.clock));
        MailId id = test.send("ana@acme.example");

        test.turn();

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.rows.doubt(id).orElseThrow().accepted())
                .extracting(MailAddress::address)
                .containsExactly("ana@acme.example");
    }

    @Test
    void the_letter_says_on_top_where_it_would_have_gone() {
        Redirection redirection = new Redirection(List.of(MailAddress.of(TESTER)));

        OutgoingMessage noted = redirection.noted(letter("<html><BODY class=\"x\"><p>Hi</p></body></html>"));

        assertThat(noted.recipients()).containsExactly(new Recipient(MailAddress.of(TESTER), Kind.TO));
        assertThat(noted.headers())
                .containsEntry("X-Mailroom-Redirected-From", "to ana@acme.example, bcc o&k@acme.example");
        assertThat(noted.text()).startsWith("[This is a test system.").endsWith("\r\n\r\nHello");
        assertThat(noted.html())
                .startsWith("<html><BODY class=\"x\"><p style=")
                .contains("bcc o&amp;k@acme.example]</p><p>Hi</p>");
        assertThat(redirection.noted(letter("<p>Hi</p>")).html()).endsWith("</p><p>Hi</p>");
        assertThat(redirection.noted(letter(null)).html()).isNull();
        assertThat(Redirection.NONE.noted(letter(null)).recipients()).hasSize(2);
    }

    @Test
    void what_is_no_address_stops_the_start() {
        assertThatThrownBy(() -> new RedirectProperties(List.of(TESTER, "nobody")))
                .hasMessage("mailroom.sending.redirect-to has something that is no e-mail address: nobody");
        assertThat(new RedirectProperties(List.of("", " ")).redirection().isOn())
                .isFalse();
    }

    private static OutgoingMessage letter(@Nullable String html) {
        return new OutgoingMessage(
                new MessageId("<1@acme.example>"),
                Instant.EPOCH,
                MailAddress.of("support@acme.example"),
                List.of(),
                List.of(
                        new Recipient(MailAddress.of("ana@acme.example"), Kind.TO),
                        new Recipient(MailAddress.of("o&k@acme.example"), Kind.BCC)),
                "Hi",
                "Hello",
                html,
                List.of(),
                null,
                List.of(),
                Importance.NORMAL,
                null,
                Map.of());
    }
}
