package dev.mailroom.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tries the rows of src/docs/errors.md that belong to the registry; each sentence must stand there word by word. */
class BadInputRestIT extends RestTest {

    @BeforeEach
    void registered() {
        post("mailbox", output("out", ""));
        post("mailbox", input("in", ""));
    }

    /** PostgreSQL takes no text with it. */
    private static final String NUL = "must not contain the character NUL";

    static Stream<Arguments> wrong() {
        return Stream.of(
                mailbox(
                        "provider",
                        "must be one of imaps, pops, imap, pop",
                        input("x", "").replace("imaps", "exchange")),
                mailbox(
                        "provider",
                        "is required: imaps, pops, imap or pop",
                        input("x", "").replace("\"provider\":\"imaps\",", "")),
                mailbox("port", "must be between 1 and 65535", input("x", ",\"port\":70000")),
                mailbox("port", "must be between 1 and 65535", output("x", ",\"port\":0")),
                mailbox("port", "must be a whole number", output("x", ",\"port\":\"smtp\"")),
                mailbox("server", "is required", output("x", "").replace("127.0.0.1", "")),
                mailbox(
                        "server",
                        "is no host name or IP address",
                        output("x", "").replace("127.0.0.1", "http://mail/")),
                mailbox(
                        "server",
                        "'10.0.0.5' has the private address 10.0.0.5; to permit it, add 10.0.0.5 to mailroom.network.allow",
                        output("x", "").replace("127.0.0.1", "10.0.0.5")),
                mailbox(
                        "port",
                        "Port 8080 is no mail port; to permit it, add it to mailroom.network.allow-ports",
                        output("x", ",\"port\":8080").replace("127.0.0.1", "8.8.8.8")),
                mailbox(
                        "sender",
                        "needs an address, e.g. Acme <support@acme.example>",
                        output("x", "").replace("Acme <out@acme.example>", "Acme Support")),
                mailbox(
                        "sender",
                        "needs an address, e.g. Acme <support@acme.example>",
                        output("x", "").replace(",\"sender\":\"Acme <out@acme.example>\"", "")),
                mailbox(
                        "sender",
                        "needs an address, e.g. Acme <support@acme.example>",
                        output("x", "").replace("Acme <out", "Acme\\r\\nBcc: <out")),
                mailbox(
                        "user",
                        "is required with authentication PASSWORD",
                        output("x", ",\"authentication\":\"PASSWORD\",\"password\":\"p\"")),
                mailbox(
                        "password",
                        "is required with authentication PASSWORD",
                        output("x", ",\"authentication\":\"PASSWORD\",\"user\":\"u\"")),
                mailbox(
                        "password",
                        "is required with authentication PASSWORD",
                        input("x", "").replace(",\"password\":\"right\"", "")),
                mailbox(
                        "password",
                        "must not be empty; null removes it",
                        input("x", "").replace("\"right\"", "\"\"")),
                mailbox("password", "is not used with authentication NONE", output("x", ",\"password\":\"p\"")),
                mailbox("password", "must be a text", input("x", "").replace("\"right\"", "17")),
                mailbox(
                        "startTls",
                        "false would send the password unencrypted; if that is meant, say \"allowPlainText\": true",
                        input("x", ",\"startTls\":false")
                                .replace("imaps", "imap")
                                .replace("127.0.0.1", "8.8.8.8")),
                mailbox(
                        "startTls",
                        "is no field of imaps, which is encrypted from the start",
                        input("x", ",\"startTls\":true")),
                mailbox(
                        "folder",
                        "must be INBOX: POP3 has no other folder",
                        input("x", ",\"folder\":\"Support\"").replace("imaps", "pops")),
                mailbox(
                        "afterReading",
                        "must be LEAVE or DELETE: POP3 cannot move mail",
                        input("x", ",\"afterReading\":\"MOVE\",\"moveTo\":\"Done\"")
                                .replace("imaps", "pops")),
                mailbox("moveTo", "is required with afterReading MOVE", input("x", ",\"afterReading\":\"MOVE\"")),
                mailbox(
                        "startFrom",
                        "must be NOW, ALL or a day, e.g. 2026-11-22",
                        input("x", ",\"startFrom\":\"yesterday\"")),
                mailbox("pollInterval", "must be a duration, e.g. PT1M", input("x", ",\"pollInterval\":\"1 minute\"")),
                mailbox("pollInterval", "must be between PT5S and PT24H", input("x", ",\"pollInterval\":\"PT1S\"")),
                mailbox("contract", "no contract 'none' is registered", input("x", ",\"contract\":\"none\"")),
                mailbox(
                        "address",
                        "needs an address, e.g. support@acme.example, as the user is none",
                        input("x", "").replace("in@acme.example", "intake")),
                mailbox(
                        "oauth2",
                        "is required with authentication OAUTH2",
                        output("x", ",\"authentication\":\"OAUTH2\",\"user\":\"u\"")),
                mailbox(
                        "oauth2.tokenUrl",
                        "must be an https address",
                        oauth("http://login.example/token", "\"clientSecret\":\"s\"")),
                mailbox(
                        "oauth2.clientSecret",
                        "is required with authentication OAUTH2",
                        oauth("https://login.example/token", "\"scope\":\"x\"")),
                mailbox(
                        "retries",
                        "must be durations with commas between them, e.g. PT1M,PT5M,PT1H, or none",
                        output("x", ",\"retries\":\"often\"")),
                mailbox(
                        "trustedCertificates",
                        "must be certificates in PEM, -----BEGIN CERTIFICATE-----",
                        output("x", ",\"trustedCertificates\":\"abc\"")),
                mailbox(
                        "sentCopy.mailbox",
                        "must be an Input mailbox read by imap or imaps",
                        output("x", ",\"sentCopy\":{\"mailbox\":\"out\",\"folder\":\"Sent\"}")),
                mailbox(
                        "sentCopy.mailbox",
                        "no mailbox 'none' is registered",
                        output("x", ",\"sentCopy\":{\"mailbox\":\"none\",\"folder\":\"Sent\"}")),
                mailbox("sentCopy.mailbox", "is required", output("x", ",\"sentCopy\":{\"folder\":\"Sent\"}")),
                mailbox("sentCopy.folder", "is required", output("x", ",\"sentCopy\":{\"mailbox\":\"in\"}")),
                mailbox("sender", "is no field of an Input mailbox", input("x", ",\"sender\":\"a@b.example\"")),
                mailbox("folder", "is no field of an Output mailbox", output("x", ",\"folder\":\"INBOX\"")),
                mailbox("passwrd", "is no field here", output("x", ",\"passwrd\":\"p\"")),
                mailbox("type", "must be one of INPUT, OUTPUT", output("x", "").replace("OUTPUT", "BOTH")),
                mailbox(
                        "key",
                        "must be 1 to 63 letters, digits, dots, hyphens or underscores, the first a letter or digit",
                        output("-x y", "")),
                mailbox("description", "is required", output("x", "").replace("\"description\":\"x\",", "")),
                mailbox(
                        "description",
                        NUL,
                        output("x", "").replace("\"description\":\"x", "\"description\":\"x\\u0000")),
                mailbox("aliases[1]", NUL, input("x", ",\"aliases\":[\"a@acme.example\",\"b\\u0000@acme.example\"]")),
                Arguments.of("contract", "name", NUL, "{\"key\":\"c\",\"name\":\"C\\u0000\"}"),
                Arguments.of("sending", "reason", NUL, "{\"enabled\":true,\"reason\":\"a\\u0000b\"}"),
                Arguments.of("email/some-id/retry", "comment", NUL, "{\"comment\":\"a\\u0000b\"}"),
                Arguments.of("email/retry", "comment", NUL, "{\"ids\":[\"x\"],\"comment\":\"a\\u0000b\"}"),
                Arguments.of("email/retry", "ids[0]", NUL, "{\"ids\":[\"a\\u0000b\"]}"),
                Arguments.of("email/cancel", "filter.text", NUL, "{\"filter\":{\"text\":\"a\\u0000b\"}}"),
                mailbox("body", "is broken JSON in line 1, column 2", "{"),
                mailbox("body", "must be a JSON object", "[]"),
                Arguments.of(
                        "contract",
                        "emailOutbox",
                        "'in' is an Input mailbox; an Output mailbox is needed",
                        "{\"key\":\"c\",\"name\":\"C\",\"emailOutbox\":\"in\"}"),
                Arguments.of(
                        "contract",
                        "emailOutbox",
                        "no mailbox 'none' is registered",
                        "{\"key\":\"c\",\"name\":\"C\",\"emailOutbox\":\"none\"}"),
                Arguments.of(
                        "contract",
                        "domains[0]",
                        "is no domain, e.g. acme.example",
                        "{\"key\":\"c\",\"name\":\"C\",\"domains\":[\"@acme\"]}"),
                Arguments.of(
                        "contract",
                        "contacts[0]",
                        "needs an address, e.g. ana@acme.example",
                        "{\"key\":\"c\",\"name\":\"C\",\"contacts\":[\"Ana\"]}"),
                Arguments.of(
                        "contract",
                        "locale",
                        "must be a language tag, e.g. pt-BR",
                        "{\"key\":\"c\",\"name\":\"C\",\"locale\":\"pt_BR!\"}"),
                Arguments.of(
                        "contract",
                        "timeZone",
                        "must be a time zone, e.g. America/Sao_Paulo",
                        "{\"key\":\"c\",\"name\":\"C\",\"timeZone\":\"Mars\"}"),
                Arguments.of("contract", "name", "is required", "{\"key\":\"c\"}"));
    }

    private static Arguments mailbox(String field, String sentence, String body) {
        return Arguments.of("mailbox", field, sentence, body);
    }

    private static String oauth(String url, String more) {
        return output(
                "x",
                ",\"user\":\"u\",\"authentication\":\"OAUTH2\",\"oauth2\":{\"grant\":\"CLIENT_CREDENTIALS\",\"clientId\":\"id\",\"tokenUrl\":\""
                        + url + "\"," + more + "}");
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("wrong")
    void wrong_values_are_refused_naming_the_field(String path, String field, String sentence, String body)
            throws IOException {
        Answer refused = path.equals("sending") ? put(path, body) : post(path, body);

        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(refused.json().get("type").asText()).isEqualTo("ValidationException");
        assertThat(refused.fault(field)).as(refused.text()).isEqualTo(sentence);
        assertThat(Files.readString(Path.of("src/docs/errors.md"))).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "email, text",
        "email, mailbox",
        "email/count, processInstanceId",
        "mailbox, text",
        "mailbox/count, contract",
        "contract, domain",
        "contract/count, text"
    })
    void a_filter_with_nul_is_refused_naming_it(String list, String filter) {
        Answer refused = get(list + "?" + filter + "=a%00b");

        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(refused.fault(filter)).as(refused.text()).isEqualTo(NUL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"email/a%00b", "mailbox/a%00b", "contract/a%00b", "email/a%00b/raw"})
    void nul_in_a_path_finds_nothing(String path) {
        assertThat(get(path).status()).isIn(400, 404);
    }

    @Test
    void all_faults_are_told_at_once() {
        Answer refused = post("mailbox", "{\"type\":\"INPUT\",\"port\":70000,\"provider\":\"mapi\"}");

        assertThat(refused.json().get("message").asText()).isEqualTo("6 fields are wrong");
        assertThat(refused.json().get("fields").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("provider", "user", "description", "server", "port", "password");
    }

    @Test
    void a_host_that_is_not_known_yet_is_saved_with_a_warning() {
        Answer saved = post("mailbox", output("x", "").replace("127.0.0.1", "mail.nowhere.invalid"));

        assertThat(saved.status()).as(saved.text()).isEqualTo(201);
        assertThat(saved.json().get("warnings").toString())
                .isEqualTo("[\"The host 'mail.nowhere.invalid' is not known in the DNS yet\"]");
    }

    @ParameterizedTest
    @MethodSource("sensitive")
    void a_change_of_where_the_password_goes_must_bring_it_again(String field, String from, String to) {
        post("mailbox", input("a", ",\"port\":993").replace("imaps", "imap"));
        String without = input("a", ",\"port\":993").replace("imaps", "imap").replace(",\"password\":\"right\"", "");

        Answer kept = put("mailbox/a", without);
        Answer refused = put("mailbox/a", without.replace(from, to));

        assertThat(kept.status()).as(kept.text()).isEqualTo(200);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.fault("password")).isEqualTo("must be given again, as " + field + " changed");
        assertThat(put("mailbox/a", without.replace(from, to).replace("}", ",\"password\":\"new\"}"))
                        .status())
                .isEqualTo(200);
    }

    static Stream<Arguments> sensitive() {
        return Stream.of(
                Arguments.of("server", "127.0.0.1", "127.0.0.2"),
                Arguments.of("port", "993", "143"),
                Arguments.of("user", "in@acme", "on@acme"),
                Arguments.of("startTls", "\"port\":993", "\"port\":993,\"startTls\":false"),
                Arguments.of("provider", "\"imap\"", "\"pop\""));
    }

    @Test
    void a_secret_is_removed_by_null_only_where_none_is_needed() {
        assertThat(put("mailbox/in", input("in", "").replace("\"right\"", "null"))
                        .fault("password"))
                .isEqualTo("is required with authentication PASSWORD");

        Answer open =
                put("mailbox/in", input("in", ",\"authentication\":\"NONE\"").replace("\"right\"", "null"));

        assertThat(open.status()).as(open.text()).isEqualTo(200);
        assertThat(open.json().get("passwordSet").asBoolean()).isFalse();
    }

    @Test
    void key_and_type_are_never_changed() {
        assertThat(put("mailbox/in", input("other", "")).fault("key")).isEqualTo("cannot be changed");
        assertThat(put("mailbox/in", output("in", "")).fault("type")).isEqualTo("cannot be changed");
    }
}
