package dev.mailroom.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.inbox.Deciding.Stored;
import dev.mailroom.message.MailId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecidingTest {

    @Test
    void mails_of_one_conversation_are_decided_one_after_the_other_in_their_order() {
        assertThat(Deciding.conversations(List.of(
                        mail("question", "q@x"),
                        mail("other", "o@x"),
                        mail("answer", "a@x", "q@x"),
                        mail("answer to the answer", "b@x", "a@x"))))
                .containsExactly(
                        List.of(id("other")), List.of(id("question"), id("answer"), id("answer to the answer")));
    }

    @Test
    void a_mail_that_refers_to_two_others_joins_their_conversations() {
        assertThat(Deciding.conversations(
                        List.of(mail("one", "1@x"), mail("two", "2@x"), mail("both", "3@x", "1@x", "2@x"))))
                .containsExactly(List.of(id("one"), id("two"), id("both")));
    }

    @Test
    void mails_without_any_message_id_stand_alone() {
        assertThat(Deciding.conversations(List.of(mail("one"), mail("two")))).hasSize(2);
    }

    private static Stored mail(String name, String... ids) {
        return new Stored(id(name), Set.of(ids));
    }

    private static MailId id(String name) {
        return new MailId(name);
    }
}
