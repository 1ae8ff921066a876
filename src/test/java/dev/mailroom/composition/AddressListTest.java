package dev.mailroom.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressListTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@x.example,b@x.example",
                " a@x.example ; b@x.example ; ",
                ",, a@x.example,\t,;b@x.example,",
                "a@x.example\r\n\r\nb@x.example\n",
                "Friends: a@x.example, b@x.example;",
                "Friends:a@x.example;Others:b@x.example;",
                "\"Best: friends, of mine\": a@x.example,\r\n b@x.example;",
                "a@x.example, undisclosed-recipients:;, b@x.example",
                "(to) a@x.example (Ana, \"A\" (of Acme)), b@x.example(comment \\) ; here)"
            })
    void entries_stand_between_separators_and_groups_are_their_members(String text) {
        assertThat(AddressList.split(text).stream().map(entry -> entry.replace(" ", "")))
                .containsExactly("a@x.example", "b@x.example");
    }

    @Test
    void quotes_and_brackets_protect_what_would_separate() {
        assertThat(AddressList.split(
                        "\"Lee, Ana; (A)\" <a@x.example>, \"a \\\" , b\" <b@x.example>; <c:d,e@x.example>"))
                .containsExactly(
                        "\"Lee, Ana; (A)\" <a@x.example>", "\"a \\\" , b\" <b@x.example>", "<c:d,e@x.example>");
    }

    @Test
    void what_looks_somebody_up_is_no_group() {
        assertThat(AddressList.split("user:ana; group:sales, assignee:approve\nrequester"))
                .containsExactly("user:ana", "group:sales", "assignee:approve", "requester");
    }

    @Test
    void what_is_not_closed_ends_with_its_line_and_stays_what_it_is() {
        assertThat(AddressList.split("\"Ana <a@x.example>\nb@x.example (Ben\nc@x.example"))
                .containsExactly("\"Ana <a@x.example>", "b@x.example (Ben", "c@x.example");
    }

    @Test
    void what_is_no_address_is_kept_as_it_was_written() {
        assertThat(AddressList.split("ana(at)x.example, Friends: ben(at)x.example;"))
                .containsExactly("ana(at)x.example", "ben(at)x.example");
    }

    @Test
    void a_group_without_an_end_is_named() {
        assertThatThrownBy(() -> AddressList.split("Friends: a@x.example, b@x.example"))
                .hasMessage("the group 'Friends' has no ';' behind its last address");
        assertThatThrownBy(() -> AddressList.split("mailto:a@x.example")).hasMessageContaining("'mailto'");
    }
}
