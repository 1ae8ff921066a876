package dev.mailroom.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call what. mary: camunda-admin, oli: mailroomOperators, clerk: no group. */
class AccessRestIT extends RestTest {

    @ParameterizedTest
    @CsvSource({
        "GET, mailbox, 200, 200, 403",
        "GET, mailbox/count, 200, 200, 403",
        "GET, mailbox/out, 200, 200, 403",
        "GET, mailbox/out/health, 200, 200, 403",
        "POST, mailbox, 201, 403, 403",
        "PUT, mailbox/out, 200, 403, 403",
        "PUT, mailbox/out/enabled, 200, 403, 403",
        "POST, mailbox/test, 200, 403, 403",
        "POST, mailbox/out/test, 200, 403, 403",
        "POST, mailbox/in/read-now, 202, 202, 403",
        "DELETE, mailbox/out, 204, 403, 403",
        "GET, contract, 200, 200, 403",
        "GET, contract/count, 200, 200, 403",
        "GET, contract/acme, 200, 200, 403",
        "POST, contract, 201, 403, 403",
        "PUT, contract/acme, 200, 403, 403",
        "DELETE, contract/acme, 204, 403, 403",
        "GET, health, 200, 200, 403",
        "GET, sending, 200, 200, 403",
        "PUT, sending, 200, 200, 403",
        "GET, openapi.json, 200, 200, 200"
    })
    void each_call_asks_for_its_right(String method, String path, int mary, int oli, int clerk) {
        post("mailbox", output("out", ""));
        post("mailbox", input("in", ""));
        post("contract", ACME.replace("acme.example\"]", "other.example\"]"));

        assertThat(call(null, method, path, body(method, path, "0")).status()).isEqualTo(401);
        Answer refused = call("clerk", method, path, body(method, path, "1"));
        assertThat(refused.status()).isEqualTo(clerk);
        if (clerk == 403) {
            assertThat(refused.json().get("type").asText()).isEqualTo("AuthorizationException");
        }
        assertThat(call("oli", method, path, body(method, path, "2")).status()).isEqualTo(oli);
        Answer allowed = call("mary", method, path, body(method, path, "3"));
        assertThat(allowed.status()).as(allowed.text()).isEqualTo(mary);
    }

    private static String body(String method, String path, String number) {
        if (method.equals("GET") || method.equals("DELETE")) {
            return null;
        }
        return switch (path) {
            case "mailbox", "mailbox/test" -> output("new" + number, "");
            case "mailbox/out" -> output("out", "");
            case "contract" -> "{\"key\":\"new" + number + "\",\"name\":\"New\"}";
            case "contract/acme" -> "{\"name\":\"Acme\"}";
            case "sending", "mailbox/out/enabled" -> "{\"enabled\":true}";
            default -> "{}";
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//engine-rest/mailroom/mailbox",
                "//engine-rest/%6dailroom/mailbox",
                "//engine-rest/mailroom;x=1/mailbox",
                "//engine-rest//mailroom/mailbox",
                "//engine-rest/engine/default/mailroom/mailbox",
                "//engine-rest/engine/default;x=1/mailroom/mailbox",
                "//engine-rest/engine/x/../default/mailroom/mailbox",
                "//engine-rest/engine/%2e%2e/mailroom/mailbox"
            })
    void no_spelling_of_a_path_gets_by_the_login(String path) {
        Answer answer = call(null, "GET", path, null);

        assertThat(answer.status()).isIn(400, 401, 404);
        assertThat(call(null, "GET", "mailbox", null).text()).isEmpty();
    }

    @Test
    void a_wrong_password_is_no_login() {
        assertThat(call("nobody", "GET", "mailbox", null).status()).isEqualTo(401);
    }

    @Test
    void the_rest_of_engine_rest_stays_as_the_host_has_it() {
        assertThat(call(null, "GET", "//engine-rest/version", null).status()).isEqualTo(200);
        assertThat(call("mary", "GET", "//engine-rest/version", null).status()).isEqualTo(200);
    }

    @Test
    void a_contract_with_groups_is_seen_by_these_groups_alone() {
        post("contract", ACME.replace("\"groups\":[]", "\"groups\":[\"acmeTeam\"]"));
        post("mailbox", input("acme-in", ",\"contract\":\"acme\""));

        assertThat(call("oli", "GET", "mailbox/acme-in", null).status()).isEqualTo(403);
        assertThat(call("oli", "GET", "mailbox/acme-in/health", null).status()).isEqualTo(403);
        assertThat(call("oli", "GET", "contract/acme", null).status()).isEqualTo(403);
        assertThat(call("oli", "GET", "mailbox", null).text()).isEqualTo("[]");
        assertThat(call("oli", "GET", "contract", null).text()).isEqualTo("[]");
        assertThat(call("oli", "POST", "mailbox/acme-in/read-now", "{}").status())
                .isEqualTo(403);
        assertThat(get("mailbox/acme-in").status()).isEqualTo(200);
    }

    @Test
    void the_json_of_camundas_own_resources_is_not_touched() {
        Answer created = call(
                "mary",
                "POST",
                "//engine-rest/task/create",
                "{\"id\":\"t1\",\"name\":\"x\",\"due\":\"2026-11-22T09:12:31.482+0000\",\"unknownField\":1}");

        assertThat(created.status()).as(created.text()).isEqualTo(204);
        Answer task = get("//engine-rest/task/t1");
        assertThat(task.json().get("due").asText()).matches("2026-11-22T\\d\\d:12:31\\.482[+-]\\d{4}");
        assertThat(get("//engine-rest/task/none").json().get("type").asText()).isEqualTo("InvalidRequestException");
    }
}
