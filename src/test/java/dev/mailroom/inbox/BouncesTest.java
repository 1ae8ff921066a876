package dev.mailroom.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.IncomingMessage.DeliveryReport;
import dev.mailroom.message.IncomingMessage.DeliveryReport.PerRecipient;
import dev.mailroom.message.MailId;
import dev.mailroom.testing.Letters;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

class BouncesTest {

    private static final MailId SENT = new MailId("out-1");

    private final InboxFixture f = new InboxFixture();
    private final Bounces bounces =
            new Bounces(new NamedParameterJdbcTemplate(f.database), f.journal, f::proven, f.clock);

    @Test
    void the_recipient_that_failed_is_marked_and_the_mail_is_bounced() {
        sent("SENT");

        report(new PerRecipient("rfc822; Ana@Customer.example", "failed", "5.1.1", "smtp; 550 no such user"));

        assertThat(f.journal.find(SENT).orElseThrow().state()).isEqualTo(MailState.BOUNCED);
        assertThat(f.journal.recipients(SENT))
                .extracting(RecipientEntry::state)
                .containsExactly(RecipientEntry.State.BOUNCED, RecipientEntry.State.ACCEPTED);
        assertThat(f.journal.recipients(SENT).get(0).reply()).isEqualTo("5.1.1 smtp; 550 no such user");
    }

    @Test
    void a_report_of_delay_is_only_noted() {
        sent("SENT");

        report(new PerRecipient("rfc822;ana@customer.example", "delayed", "4.4.1", null));

        assertThat(f.journal.find(SENT).orElseThrow().state()).isEqualTo(MailState.SENT);
        assertThat(f.journal.events(SENT)).hasSize(1);
    }

    @Test
    void a_report_of_any_kind_proves_that_the_mail_was_sent() {
        sent("UNCERTAIN");

        report(new PerRecipient("rfc822;ana@customer.example", "delayed", "4.4.1", null));
        assertThat(f.journal.find(SENT).orElseThrow().state()).isEqualTo(MailState.SENT);

        report(new PerRecipient("rfc822;ana@customer.example", "failed", "5.1.1", null));
        assertThat(f.journal.find(SENT).orElseThrow().state()).isEqualTo(MailState.BOUNCED);
    }

    @Test
    void a_mail_that_is_not_sent_yet_cannot_bounce() {
        sent("QUEUED");

        report(new PerRecipient("rfc822;ana@customer.example", "failed", null, null));

        assertThat(f.journal.find(SENT).orElseThrow().state()).isEqualTo(MailState.QUEUED);
    }

    @Test
    void a_recipient_that_waits_for_another_try_goes_on_waiting() {
        sent("RETRYING");
        f.jdbc.sql("update MAILROOM_RECIPIENT set STATE = 'WAITING' where POSITION_NO = 0")
                .update();

        report(new PerRecipient("rfc822;ana@customer.example", "failed", "5.1.1", null));

        assertThat(f.journal.recipients(SENT))
                .extracting(RecipientEntry::state)
                .containsExactly(RecipientEntry.State.WAITING, RecipientEntry.State.ACCEPTED);
    }

    @Test
    void the_rest_that_was_split_off_bounces_for_itself() {
        sent("PARTLY_SENT");
        MailId rest = new MailId("out-2");
        f.jdbc.sql(
                        "insert into MAILROOM_MAIL (ID, DIRECTION, STATE, CREATED_AT, ATTACHMENTS, SIZE_BYTES, ATTEMPTS, EPOCH, SPLIT_FROM)"
                                + " values (?, 'OUTGOING', 'SENT', current_timestamp, 0, 0, 1, 1, ?)")
                .params(rest.value(), SENT.value())
                .update();
        f.jdbc.sql("update MAILROOM_RECIPIENT set STATE = 'DROPPED' where POSITION_NO = 0")
                .update();
        f.jdbc.sql(
                        "insert into MAILROOM_RECIPIENT (MAIL_ID, POSITION_NO, KIND, ADDRESS, STATE) values (?, 0, 'TO', 'ana@customer.example', 'ACCEPTED')")
                .param(rest.value())
                .update();

        report(new PerRecipient("rfc822;ana@customer.example", "failed", "5.1.1", null));

        assertThat(f.journal.find(SENT).orElseThrow().state()).isEqualTo(MailState.PARTLY_SENT);
        assertThat(f.journal.find(rest).orElseThrow().state()).isEqualTo(MailState.BOUNCED);
        assertThat(f.journal.recipients(rest).get(0).state()).isEqualTo(RecipientEntry.State.BOUNCED);
    }

    private void report(PerRecipient recipient) {
        bounces.record(
                SENT,
                Letters.letter()
                        .report(new DeliveryReport(null, List.of(recipient)))
                        .read());
    }

    private void sent(String state) {
        f.jdbc.sql(
                        "insert into MAILROOM_MAIL (ID, DIRECTION, STATE, CREATED_AT, ATTACHMENTS, SIZE_BYTES, ATTEMPTS, EPOCH)"
                                + " values (?, 'OUTGOING', ?, current_timestamp, 0, 0, 1, 1)")
                .params(SENT.value(), state)
                .update();
        for (int i = 0; i < 2; i++) {
            f.jdbc.sql(
                            "insert into MAILROOM_RECIPIENT (MAIL_ID, POSITION_NO, KIND, ADDRESS, STATE) values (?, ?, 'TO', ?, 'ACCEPTED')")
                    .params(SENT.value(), i, i == 0 ? "ana@customer.example" : "bob@customer.example")
                    .update();
        }
    }
}
