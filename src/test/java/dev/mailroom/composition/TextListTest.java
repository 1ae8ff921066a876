package dev.mailroom.composition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextListTest {

    @Test
    void commas_semicolons_and_lines_separate() {
        assertThat(TextList.split("a@x.example, b@x.example;c@x.example\n\n d@x.example ,"))
                .containsExactly("a@x.example", "b@x.example", "c@x.example", "d@x.example");
    }

    @Test
    void quotes_and_angle_brackets_protect() {
        assertThat(TextList.split("\"Ana, Acme\" <ana@x.example>; Ben <ben@x.example>"))
                .containsExactly("\"Ana, Acme\" <ana@x.example>", "Ben <ben@x.example>");
    }

    @Test
    void a_forgotten_quote_ends_with_its_line() {
        assertThat(TextList.split("\"Ana <a@x.example>\nb@x.example"))
                .containsExactly("\"Ana <a@x.example>", "b@x.example");
    }

    @Test
    void nothing_gives_nothing() {
        assertThat(TextList.split(" ,;\n")).isEmpty();
    }
}
