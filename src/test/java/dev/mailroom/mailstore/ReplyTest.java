package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mailroom.message.IncomingMessage;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            reply-gmail-pt-br                | Funciona agora, obrigada!
            reply-outlook-desktop            | It works again.
            reply-outlook-web                | It works again.
            reply-outlook-text               | Geht wieder.
            reply-apple-mail                 | It works again.
            reply-thunderbird-below-the-quote| Danke, es geht wieder.
            """)
    void only_what_was_added_is_the_reply(String mail, String reply) throws Exception {
        IncomingMessage message = Mails.read(mail);

        assertThat(message.reply().strip()).startsWith(reply).doesNotContain("C-2026-17");
        assertThat(message.elided()).contains("C-2026-17");
        assertThat(message.text()).contains(reply).contains("C-2026-17");
    }

    @Test
    void answers_between_quotes_stay_with_them() throws Exception {
        assertThat(Mails.read("reply-between-the-quotes").reply())
                .contains("The one in room 4.")
                .contains("> Since when?")
                .contains("Yesterday.")
                .doesNotContain("écrit");
    }

    @Test
    void a_forwarded_mail_is_kept_whole() throws Exception {
        IncomingMessage message = Mails.read("forwarded");

        assertThat(message.reply()).isEqualTo(message.text()).contains("My printer is broken.");
        assertThat(message.elided()).isNull();
    }

    @Test
    void a_mail_that_only_quotes_is_kept_whole() throws Exception {
        assertThat(Mails.read("only-a-quote").reply()).isEqualTo("> nothing of my own");
    }

    @Test
    void ordinary_sentences_are_not_taken_for_quotes() {
        String text = "From: here to there it is far.\nOn Monday I wrote a letter.\nTo: be or not to be\n\nAna";

        assertThat(Reply.of("x", text, null).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22 15:36 GMT+02:00 Bob Miller <\nbob@acme.example>:",
                "2026/11/22 Bob via Acme <bob@acme.example>",
                "---- On Sun, 22 Nov 2026 14:17:36 +0000 Bob Miller<bob@acme.example> wrote ----"
            })
    void who_wrote_is_found_in_other_forms(String line) {
        Reply reply = Reply.of("Re: Lamp", "It is on again.\n\n" + line + "\n\nIs the lamp on?\n", null);

        assertThat(reply.text()).isEqualTo("It is on again.");
        assertThat(reply.elided()).contains("Is the lamp on?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sent from Samsung tablet",
                "<<sent by galaxy>>",
                "From my iPhone",
                "從我的 iPhone 傳送",
                "Diese Nachricht wurde von meinem Telefon gesendet."
            })
    void what_a_device_adds_is_no_reply(String line) {
        assertThat(Reply.of("Re: Lamp", "It is on again.\n\n" + line + "\n", null)
                        .text())
                .isEqualTo("It is on again.");
    }

    @Test
    void a_megabyte_of_beginnings_is_split_in_linear_time() {
        String text = ("On 1 @ <".repeat(40) + "\n").repeat(3000) + "> ".repeat(200_000);

        assertThatCode(() ->
                        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Reply.of("x", text, null)))
                .doesNotThrowAnyException();
    }
}
