package dev.mailroom.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlBodyTest {

    private static String with(String before, Object value, String after) throws CompositionException {
        return HtmlBody.assemble(
                List.of(new Piece.Literal(before), new Piece.Inserted(value), new Piece.Literal(after)));
    }

    @Test
    void in_text_it_is_no_markup() throws Exception {
        assertThat(with("<p>", "<script>alert('1')</script> & \"x\"", "</p>"))
                .isEqualTo("<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;</p>");
    }

    @Test
    void in_an_attribute_it_cannot_leave_it() throws Exception {
        assertThat(with("<img alt=\"", "\" onerror=\"x", "\">")).isEqualTo("<img alt=\"&quot; onerror=&quot;x\">");
        assertThat(with("<img alt = '", "' onerror='x", "'>")).isEqualTo("<img alt = '&#39; onerror=&#39;x'>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                " JavaScript:alert(1)",
                "java\tscript:alert(1)",
                "data:text/html,x",
                "vbscript:x",
                "\u0001javascript:alert(1)"
            })
    void as_a_url_it_runs_no_script(String url) throws Exception {
        assertThat(with("<a href=\"", url, "\">x</a>")).isEqualTo("<a href=\"#\">x</a>");
    }

    @ParameterizedTest
    @CsvSource({
        "https://acme.example/?a=1&b=2, https://acme.example/?a=1&amp;b=2",
        "mailto:ana@acme.example, mailto:ana@acme.example",
        "/path/x, /path/x"
    })
    void harmless_urls_pass(String url, String expected) throws Exception {
        assertThat(with("<a href=\"", url, "\">x</a>")).isEqualTo("<a href=\"" + expected + "\">x</a>");
    }

    @Test
    void within_a_url_it_is_one_part_of_it() throws Exception {
        assertThat(with("<a href=\"https://acme.example/?q=", "a b&c=d\"e/ü", "\">x</a>"))
                .isEqualTo("<a href=\"https://acme.example/?q=a%20b%26c%3Dd%22e/%C3%BC\">x</a>");
    }

    @Test
    void a_scheme_cannot_be_put_together_from_two_values() throws Exception {
        String html = HtmlBody.assemble(List.of(
                new Piece.Literal("<a href=\""),
                new Piece.Inserted("javascript"),
                new Piece.Inserted(":alert(1)"),
                new Piece.Literal("\">")));

        assertThat(html).isEqualTo("<a href=\"javascript%3Aalert%281%29\">");
    }

    @Test
    void in_a_style_attribute_it_is_only_a_word() throws Exception {
        assertThat(with("<p style=\"color:", "red;background:url(x)", "\">"))
                .isEqualTo("<p style=\"color:redbackgroundurlx\">");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<style>p{color:",
                "<script>var x='",
                "<!-- ",
                "<p class=",
                "<p ",
                "<",
                "<a onclick=\"",
                "<iframe srcdoc=\"",
                "<p title=x"
            })
    void where_nothing_makes_it_harmless_it_is_refused(String before) {
        assertThatThrownBy(() -> with(before, "x", ""))
                .isInstanceOfSatisfying(
                        CompositionException.class, e -> assertThat(e.code()).isEqualTo("UNSAFE_PLACE"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<style>a > b { }</style><p>",
                "<!-- a > b -->",
                "<!DOCTYPE html><p>",
                "<br/>",
                "<p title='a > b'>",
                "<input disabled value=\"1\">",
                "a < b "
            })
    void behind_these_it_is_text_again(String before) throws Exception {
        assertThat(with(before, "<x>", "")).isEqualTo(before + "&lt;x&gt;");
    }

    @Test
    void trusted_markup_stays_markup_in_text_only() throws Exception {
        assertThat(with("<p>", new TrustedHtml("<b>x</b>"), "</p>")).isEqualTo("<p><b>x</b></p>");
        assertThat(with("<p title=\"", new TrustedHtml("<b>\"</b>"), "\">"))
                .isEqualTo("<p title=\"&lt;b&gt;&quot;&lt;/b&gt;\">");
    }

    @Test
    void nothing_is_nothing() throws Exception {
        assertThat(with("<p>", null, "</p>")).isEqualTo("<p></p>");
    }

    @Test
    void text_of_html_keeps_lines_lists_and_links() {
        assertThat(HtmlAsText.of("<h1>Hi</h1><p>One<br>two</p><ul><li>a</li><li>b</li></ul>"
                        + "<a href=\"https://acme.example\">here</a><style>x</style><script>y</script>"))
                .isEqualTo("Hi\n\nOne\ntwo\n\n- a\n- b\nhere (https://acme.example)");
    }
}
