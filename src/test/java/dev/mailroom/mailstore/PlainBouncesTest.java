package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.IncomingMessage.DeliveryReport.PerRecipient;
import dev.mailroom.message.MessageId;
import org.junit.jupiter.api.Test;

class PlainBouncesTest {

    @Test
    void a_bounce_written_for_people_names_recipient_and_reason() throws Exception {
        var report = Mails.readText("""
                        From: MAILER-DAEMON <>
                        Subject: failure notice

                        I was not able to deliver your message to the following addresses.

                        <nobody@perm.example>:
                        The host said: 550 5.1.1 no such user

                        --- Below this line is a copy of the message.

                        Message-ID: <out.9@acme.example>
                        To: <nobody@perm.example>, <third@perm.example>

                        Hello
                        """).report();

        assertThat(report.recipients())
                .containsExactly(new PerRecipient(
                        "nobody@perm.example", "failed", "5.1.1", "The host said: 550 5.1.1 no such user"));
        assertThat(report.originalMessageId()).isEqualTo(new MessageId("<out.9@acme.example>"));
    }

    @Test
    void a_warning_of_delay_is_no_failure() throws Exception {
        var report = Mails.readText("""
                        From: Mail Delivery Subsystem <mailer-daemon@relay.example>
                        Subject: Delivery Status Notification (Delay)

                        THIS IS A WARNING MESSAGE ONLY.
                        Delivery to the following recipient has been delayed:

                             late@slow.example

                        450 4.2.2 mailbox full
                        """).report();

        assertThat(report.recipients())
                .containsExactly(new PerRecipient("late@slow.example", "delayed", "4.2.2", "450 4.2.2 mailbox full"));
    }

    @Test
    void a_delay_that_names_nobody_is_still_a_delay() throws Exception {
        assertThat(Mails.readText(
                                "From: mailer-daemon@relay.example\nSubject: Delayed\n\nYour mail has been delayed.\n")
                        .report()
                        .recipients())
                .extracting(PerRecipient::action)
                .containsExactly("delayed");
    }

    @Test
    void a_header_of_failed_recipients_gets_its_reasons_from_the_text() throws Exception {
        var report = Mails.readText("""
                        From: Mail Delivery System <Mailer-Daemon@relay.example>
                        Subject: Mail delivery failed
                        X-Failed-Recipients: nobody@perm.example

                        A message could not be delivered. The following address failed:

                          nobody@perm.example
                            host mx.perm.example: 550 5.7.1 blocked
                        """).report();

        assertThat(report.recipients())
                .containsExactly(new PerRecipient(
                        "nobody@perm.example", "failed", "5.7.1", "host mx.perm.example: 550 5.7.1 blocked"));
    }

    @Test
    void people_who_complain_about_failed_deliveries_report_nothing() throws Exception {
        assertThat(Mails.readText(
                                "From: ana@acme.example\nSubject: Not delivered\n\nMy parcel was not delivered to\nana@acme.example\n")
                        .report())
                .isNull();
        assertThat(Mails.readText("From: postmaster@acme.example\nSubject: Hello\n\nPlease call bob@acme.example\n")
                        .report())
                .isNull();
    }
}
