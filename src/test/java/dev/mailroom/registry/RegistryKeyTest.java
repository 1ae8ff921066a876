package dev.mailroom.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryKeyTest {

    @ParameterizedTest
    @CsvSource({
        "Acme Support, acme-support",
        "São Paulo – Atendimento, sao-paulo-atendimento",
        "  !!!  , mailbox",
        "日本, mailbox",
        "a, a"
    })
    void a_key_is_made_of_the_description(String description, String key) {
        assertThat(RegistryKey.from(description, taken -> false)).isEqualTo(key);
    }

    @Test
    void a_taken_key_gets_a_number_and_is_never_too_long() {
        assertThat(RegistryKey.from("Out", Set.of("out", "out-2")::contains)).isEqualTo("out-3");
        String longest = "x".repeat(63);
        assertThat(RegistryKey.from("x".repeat(200), longest::equals))
                .hasSize(63)
                .endsWith("-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", ".a", "a b", "a/b", "a|b", "ä", "a\n"})
    void what_is_no_key_is_refused(String text) {
        assertThat(RegistryKey.isValid(text)).isFalse();
    }
}
