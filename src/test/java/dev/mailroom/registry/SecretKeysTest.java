package dev.mailroom.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretKeysTest {

    @TempDir
    private Path folder;

    @Test
    void no_setting_is_no_key() {
        assertThat(SecretKeys.cipher(new SecretsProperties(null, null, true), false))
                .isEmpty();
    }

    @Test
    void a_name_tells_texts_apart_and_is_of_no_use_without_the_key() {
        SecretCipher one = new SecretCipher(List.of(new byte[32]));
        byte[] other = new byte[32];
        other[0] = 1;

        assertThat(one.name("host user secret"))
                .isEqualTo(new SecretCipher(List.of(new byte[32])).name("host user secret"))
                .isNotEqualTo(one.name("host user other"))
                .isNotEqualTo(new SecretCipher(List.of(other)).name("host user secret"));
    }

    @Test
    void a_missing_file_stops_the_start_with_what_to_do() {
        Path file = folder.resolve("key");

        assertThatIllegalStateException()
                .isThrownBy(() -> SecretKeys.cipher(new SecretsProperties(null, file, false), false))
                .withMessageContaining("mailroom.secrets.key-file")
                .withMessageContaining("openssl rand -base64 32");
        assertThat(file).doesNotExist();
    }

    @Test
    void where_it_is_wanted_the_file_is_made_for_its_owner_alone() throws Exception {
        Path file = folder.resolve("new/key");

        SecretCipher made = SecretKeys.cipher(new SecretsProperties(null, file, true), false)
                .orElseThrow();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        SecretCipher again =
                SecretKeys.cipher(new SecretsProperties(null, file, true), true).orElseThrow();
        assertThat(again.decrypt(made.encrypt("s3cret", "place"), "place")).isEqualTo("s3cret");
    }

    @Test
    void a_lost_file_is_not_made_anew_while_secrets_need_the_old_one() {
        Path file = folder.resolve("key");

        assertThat(SecretKeys.cipher(new SecretsProperties(null, file, true), true))
                .isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void what_is_no_key_stops_the_start_without_showing_it() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SecretKeys.cipher(new SecretsProperties("hunter2", null, false), false))
                .withMessage("mailroom.secrets.key must be 32 bytes in Base64; make them with openssl rand -base64 32");
        assertThat(new SecretsProperties("hunter2", null, false).toString()).doesNotContain("hunter2");
    }
}
