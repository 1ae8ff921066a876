package dev.mailroom.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0007", "\r", "\n", "\u007f", "\u0085", "\u009f", "\u2028", "\u2029"})
    void what_is_refused_is_what_cleaning_takes_away(String control) {
        String text = "a" + control + control + "b";

        assertThatThrownBy(() -> HeaderText.check("The subject", text))
                .hasMessage("The subject must not contain line breaks or other control characters");
        assertThat(HeaderText.clean(text)).isEqualTo("a b");
    }

    @Test
    void whatever_was_cleaned_is_taken() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            all.append(c).append('x');
        }

        String cleaned = HeaderText.clean(all.toString());

        assertThat(HeaderText.check("it", cleaned)).isSameAs(cleaned);
    }

    @Test
    void a_tab_is_taken_and_becomes_a_blank() {
        assertThat(HeaderText.check("it", "a\tb")).isEqualTo("a\tb");
        assertThat(HeaderText.clean("a\t\tb")).isEqualTo("a b");
    }

    @Test
    void letters_and_blanks_of_all_languages_stay() {
        String text = "  Jos\u00e9 \u4eba\u00a0\u200d \ud83d\ude00 ";

        assertThat(HeaderText.clean(text)).isEqualTo(text);
    }
}
