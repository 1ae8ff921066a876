package dev.mailroom.routing;

import static dev.mailroom.testing.Letters.letter;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderCheckTest {

    private final SenderCheck check = new SenderCheck(List.of("mx.acme.example"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mx.acme.example; dmarc=pass header.from=customer.example                        | pass
                    mx.acme.example; spf=pass smtp.mailfrom=x.example; dmarc=fail                   | fail
                    MX.Acme.Example 1; dkim=pass header.d=customer.example                          | pass
                    mx.acme.example; dkim=pass header.i=@customer.example                           | pass
                    mx.acme.example; dkim=pass header.d=evil.example                                | none
                    mx.acme.example; spf=pass smtp.mailfrom=ana@customer.example                    | pass
                    mx.acme.example; spf=pass smtp.mailfrom=bounce@evil.example                     | none
                    mx.acme.example; spf=fail smtp.mailfrom=ana@customer.example; dkim=none         | fail
                    mx.acme.example; none                                                           | none
                    mx.evil.example; dmarc=pass                                                     | none
                    """)
    void the_word_of_a_trusted_server_counts(String results, String verdict) {
        assertThat(check.verify(
                        letter().header("Authentication-Results", results).read()))
                .isEqualTo(verdict);
    }

    @Test
    void only_the_topmost_header_of_a_trusted_server_counts() {
        var letter = letter().header("Authentication-Results", "mx.other.example; dmarc=pass")
                .header("Authentication-Results", "mx.acme.example; dmarc=fail")
                .header("Authentication-Results", "mx.acme.example; dmarc=pass");

        assertThat(check.verify(letter.read())).isEqualTo("fail");
    }

    @Test
    void without_a_trusted_server_nothing_is_known() {
        var letter = letter().header("Authentication-Results", "mx.acme.example; dmarc=pass");

        assertThat(new SenderCheck(List.of()).verify(letter.read())).isEqualTo("none");
    }
}
