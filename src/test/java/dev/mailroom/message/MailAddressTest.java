package dev.mailroom.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "ana@x.example                        | ana@x.example  |",
                "<ana@x.example>                      | ana@x.example  |",
                "Ana <ana@x.example>                  | ana@x.example  | Ana",
                "Ana<ana@x.example>                   | ana@x.example  | Ana",
                "\"Lee, Ana\" <ana@x.example>         | ana@x.example  | Lee, Ana",
                "Ana \"Annie\" Lee < ana@x.example >  | ana@x.example  | Ana Annie Lee",
                "\"a \\\"b\\\" c\" <ana@x.example>     | ana@x.example  | a \"b\" c",
                "\"<eve@evil.example>\" <ana@x.example> | ana@x.example | <eve@evil.example>",
                "jürgen@münchen.example               | jürgen@münchen.example |",
                "ana@उदाहरण.example                    | ana@उदाहरण.example |",
                "o'neil+tag=1@x.example               | o'neil+tag=1@x.example |"
            })
    void address_and_name_are_read(String text, String address, String name) {
        assertThat(MailAddress.parse(text)).isEqualTo(new MailAddress(address, name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ana",
                "ana@",
                "@x.example",
                "ana(at)x.example",
                "<ana@x.example>ben@y.example",
                "<ana@x.example> <ben@y.example>",
                "Ana <ana@x.example",
                "\"Ana <ana@x.example>",
                "Ana <ana@x.example> Lee",
                "ana@x.example ben@y.example",
                "a na@x.example",
                "ana@x .example",
                "ana@x..example",
                ".ana@x.example",
                "ana.@x.example",
                "a..b@x.example",
                "ana@-x.example",
                "ana@x.example.",
                "ana@ben@x.example",
                "\"ana lee\"@x.example",
                "ana@[192.0.2.1]",
                "mailto:ana@x.example",
                "ana@x_y.example",
                "an\ta@x.example",
                "an\u0000a@x.example",
                "an\u0085a@x.example",
                "an\u2028a@x.example",
                "an\u202Ea@x.example",
                "an\u200Ba@x.example",
                "ana\r\n@x.example",
                "Ana\r\nBcc: eve@evil.example <ana@x.example>",
                "ana@stra\u00DFe.example"
            })
    void what_is_no_address_is_refused_with_a_sentence(String text) {
        assertThatThrownBy(() -> MailAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .matches(
                        "'.*' is not an e-mail address|an? .* must not contain line breaks or other control characters");
    }

    @Test
    void lengths_have_their_limits() {
        String domain = ("x".repeat(60) + ".").repeat(3) + "example";

        assertThat(MailAddress.isAddrSpec("a".repeat(64) + "@x.example")).isTrue();
        assertThat(MailAddress.isAddrSpec("a".repeat(65) + "@x.example")).isFalse();
        assertThat(MailAddress.isAddrSpec("ü".repeat(33) + "@x.example")).isFalse();
        assertThat(MailAddress.isAddrSpec("a".repeat(63) + "@" + domain)).isTrue();
        assertThat(MailAddress.isAddrSpec("a".repeat(320) + "@" + domain)).isFalse();
        assertThat(MailAddress.isAddrSpec("a@" + "x".repeat(64) + ".example")).isFalse();
        assertThat(MailAddress.tryParse("\"".repeat(100_000))).isEmpty();
    }

    @Test
    void two_ways_to_write_a_domain_are_one_address() {
        MailAddress unicode = MailAddress.of("Ana@München.example");
        MailAddress ascii = MailAddress.of("ana@xn--mnchen-3ya.example");

        assertThat(unicode.domain()).isEqualTo("xn--mnchen-3ya.example");
        assertThat(unicode.sameAs(ascii)).isTrue();
        assertThat(unicode.identity()).isEqualTo(ascii.identity());
        assertThat(unicode.needsUtf8()).isFalse();
        assertThat(MailAddress.of("jürgen@x.example").needsUtf8()).isTrue();
        assertThat(ascii.sameAs(MailAddress.of("ben@xn--mnchen-3ya.example"))).isFalse();
    }
}
