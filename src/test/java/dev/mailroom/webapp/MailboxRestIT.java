package dev.mailroom.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.registry.Credentials;
import org.camunda.bpm.engine.RuntimeService;
import org.json.JSONException;
import org.junit.jupiter.api.Test;
import org.skyscreamer.jsonassert.JSONAssert;
import org.springframework.beans.factory.annotation.Autowired;

class MailboxRestIT extends RestTest {

    private static final String INSTANT = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    @Autowired
    private RuntimeService runtime;

    @Test
    void an_input_mailbox_is_registered_and_shown_without_its_secret() throws JSONException {
        post("contract", ACME);

        Answer created = post("mailbox", SUPPORT);

        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.header("Location")).endsWith("/engine-rest/mailroom/mailbox/acme-support");
        JSONAssert.assertEquals(SUPPORT.replace("\"password\":\"s3cret\",", ""), created.text(), false);
        assertThat(created.text()).doesNotContain("s3cret");
        var json = created.json();
        assertThat(json.get("passwordSet").asBoolean()).isTrue();
        assertThat(json.get("passwordChangedAt").asText()).matches(INSTANT);
        assertThat(json.get("revision").asInt()).isEqualTo(1);
        assertThat(json.get("origin").asText()).isEqualTo("REST");
        assertThat(json.get("readOnly").asBoolean()).isFalse();
        assertThat(json.get("health").asText()).isEqualTo("UNKNOWN");
        assertThat(json.get("warnings").toString()).isEqualTo("[\"No process 'service-request' is deployed yet\"]");
        assertThat(json.get("createdAt").asText()).matches(INSTANT);
        assertThat(get("mailbox/ACME-Support").json()).isEqualTo(json);
    }

    @Test
    void an_output_mailbox_is_registered_and_gets_its_key_from_the_description() throws JSONException {
        post("contract", ACME);
        post("mailbox", SUPPORT);

        Answer created = post("mailbox", OUTGOING);

        assertThat(created.status()).as(created.text()).isEqualTo(201);
        JSONAssert.assertEquals(
                OUTGOING.replace("\"clientSecret\":\"s3cret\",", "")
                        .replace("\"systemMailbox\":false", "\"systemMailbox\":true"),
                created.text(),
                false);
        JSONAssert.assertEquals(
                "{\"key\":\"acme-outgoing\",\"oauth2\":{\"clientSecretSet\":true,\"refreshTokenSet\":false},"
                        + "\"passwordSet\":false,\"usedBy\":[],\"revision\":1}",
                created.text(),
                false);
        assertThat(created.text()).doesNotContain("s3cret");
    }

    @Test
    void what_is_left_out_has_its_default() throws JSONException {
        JSONAssert.assertEquals("""
                {"enabled":true,"authentication":"PASSWORD","port":993,"folder":"INBOX","address":"in@acme.example",
                 "afterReading":"LEAVE","startFrom":"NOW","pollInterval":"PT1M","push":true}""", post("mailbox", input("in", "")).text(), false);
        JSONAssert.assertEquals("""
                {"security":"STARTTLS","port":587,"authentication":"NONE","maxConnections":2,"messagesPerMinute":null,
                 "onUncertain":"ASK","maxRecipientsPerMessage":100}""", post("mailbox", output("out", "")).text(), false);
        assertThat(post("mailbox", output("plain", ",\"security\":\"none\""))
                        .json()
                        .get("port")
                        .asInt())
                .isEqualTo(25);
        assertThat(post("mailbox", output("tls", ",\"security\":\"TLS\""))
                        .json()
                        .get("port")
                        .asInt())
                .isEqualTo(465);
    }

    @Test
    void lists_are_filtered_sorted_paged_and_counted() {
        post("contract", ACME);
        post("mailbox", SUPPORT);
        post("mailbox", output("acme-out", ""));
        post("mailbox", input("beta-in", ",\"enabled\":false"));

        assertThat(keys("mailbox")).isEqualTo("acme-out,acme-support,beta-in");
        assertThat(keys("mailbox?type=input&enabled=true&contract=ACME&health=unknown&text=acme"))
                .isEqualTo("acme-support");
        assertThat(keys("mailbox?sortBy=key&sortOrder=desc&firstResult=1&maxResults=1"))
                .isEqualTo("acme-support");
        assertThat(keys("mailbox?health=OFF")).isEqualTo("beta-in");
        assertThat(get("mailbox/count").text()).isEqualTo("{\"count\":3}");
        assertThat(get("mailbox/count?type=OUTPUT").text()).isEqualTo("{\"count\":1}");
    }

    @Test
    void a_query_parameter_that_is_unknown_or_wrong_is_refused() {
        assertThat(get("mailbox?typ=INPUT").fault("typ")).isEqualTo("is no query parameter here");
        assertThat(get("mailbox?maxResults=1001").fault("maxResults"))
                .isEqualTo("must be a whole number between 0 and 1000");
        assertThat(get("mailbox?health=SICK").fault("health")).startsWith("must be one of UNKNOWN, OK");
        assertThat(get("mailbox?enabled=maybe").status()).isEqualTo(400);
        assertThat(get("mailbox?sortBy=password").fault("sortBy")).startsWith("must be one of key");
    }

    @Test
    void a_change_replaces_the_whole_but_keeps_the_secret() {
        post("mailbox", input("in", ",\"folder\":\"Support\""));

        Answer changed = put(
                "mailbox/in",
                input("in", ",\"description2\":1")
                        .replace(",\"description2\":1", "")
                        .replace(",\"password\":\"right\"", ""));

        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.json().get("folder").asText()).isEqualTo("INBOX");
        assertThat(changed.json().get("passwordSet").asBoolean()).isTrue();
        assertThat(changed.json().get("revision").asInt()).isEqualTo(2);
    }

    @Test
    void what_was_read_can_be_sent_back_as_it_is() {
        post("contract", ACME);
        post("mailbox", SUPPORT);
        post("mailbox", OUTGOING);

        for (String key : new String[] {"acme-support", "acme-outgoing"}) {
            Answer again = put("mailbox/" + key, get("mailbox/" + key).text());

            assertThat(again.status()).as(again.text()).isEqualTo(200);
        }
    }

    @Test
    void a_stale_revision_is_refused() {
        post("mailbox", output("out", ""));
        put("mailbox/out", output("out", ",\"revision\":1"));

        Answer stale = put("mailbox/out", output("out", ",\"revision\":1"));

        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.json().get("type").asText()).isEqualTo("OptimisticLockingException");
    }

    @Test
    void a_mailbox_is_switched_off_and_on() {
        post("mailbox", output("out", ""));

        Answer off = put("mailbox/out/enabled", "{\"enabled\":false}");

        assertThat(off.status()).isEqualTo(200);
        assertThat(off.json().get("enabled").asBoolean()).isFalse();
        assertThat(off.json().get("systemMailbox").asBoolean()).isTrue();
        assertThat(off.json().get("health").asText()).isEqualTo("OFF");
        assertThat(put("mailbox/out/enabled", "{\"enabled\":true}")
                        .json()
                        .get("health")
                        .asText())
                .isEqualTo("UNKNOWN");
        assertThat(put("mailbox/out/enabled", "{}").fault("enabled")).isEqualTo("is required");
    }

    @Test
    void a_mailbox_is_deleted_unless_it_is_used() throws JSONException {
        post("mailbox", output("acme-out", ""));
        post("contract", ACME.replace("\"emailOutbox\":null", "\"emailOutbox\":\"acme-out\""));

        Answer used = delete("mailbox/acme-out");

        assertThat(used.status()).isEqualTo(409);
        JSONAssert.assertEquals("""
                {"type":"InUseException","message":"Mailbox 'acme-out' is in use","usedBy":[{"kind":"CONTRACT","key":"acme","name":"Acme Ltd"}]}""", used.text(), true);
        delete("contract/acme");
        assertThat(delete("mailbox/acme-out").status()).isEqualTo(204);
        assertThat(get("mailbox/acme-out").text())
                .isEqualTo("{\"type\":\"NotFoundException\",\"message\":\"No mailbox 'acme-out' is registered\"}");
    }

    @Test
    void keys_are_unique_without_case() {
        post("mailbox", output("out", ""));

        Answer again = post("mailbox", output("OUT", ""));

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().get("type").asText()).isEqualTo("DuplicateKeyException");
        assertThat(post(
                                "mailbox",
                                output("x", "")
                                        .replace("\"key\":\"x\",", "")
                                        .replace("\"description\":\"x\"", "\"description\":\"Out\""))
                        .json()
                        .get("key")
                        .asText())
                .isEqualTo("out-2");
    }

    @Test
    void there_is_one_system_mailbox_which_is_moved_and_never_dropped() {
        post("mailbox", output("one", ""));
        post("mailbox", output("two", ""));
        assertThat(get("mailbox/one").json().get("systemMailbox").asBoolean()).isTrue();

        Answer dropped = put("mailbox/one", output("one", ",\"systemMailbox\":false"));
        Answer deleted = delete("mailbox/one");
        Answer moved = put("mailbox/two", output("two", ",\"systemMailbox\":true"));

        assertThat(dropped.json().get("type").asText()).isEqualTo("SystemMailboxException");
        assertThat(deleted.json().get("type").asText()).isEqualTo("SystemMailboxException");
        assertThat(moved.json().get("systemMailbox").asBoolean()).isTrue();
        assertThat(get("mailbox/one").json().get("systemMailbox").asBoolean()).isFalse();
        assertThat(delete("mailbox/one").status()).isEqualTo(204);
        assertThat(delete("mailbox/two").status()).isEqualTo(204);
    }

    @Test
    void a_form_is_tested_and_the_report_says_which_step_failed() throws JSONException {
        Answer report = post("mailbox/test", input("in", "").replace("\"right\"", "\"wrong\""));

        assertThat(report.status()).as(report.text()).isEqualTo(200);
        JSONAssert.assertEquals("""
                {"ok":false,"millis":431,"steps":[{"step":"RESOLVE","ok":true,"millis":3,"text":"127.0.0.1 is 203.0.113.7"},{"step":"CONNECT","ok":true,"millis":12,"text":"Port 993 answers"},
                 {"step":"TLS","ok":true,"millis":40,"text":"TLSv1.3"},{"step":"LOGIN","ok":false,"millis":376,"code":"LOGIN_REFUSED","text":"User name or password refused","field":"password"},
                 {"step":"FOLDER","ok":null}]}""", report.text(), true);
        assertThat(get("mailbox/count").text()).isEqualTo("{\"count\":0}");
    }

    @Test
    void a_stored_mailbox_is_tested_with_its_stored_secret() {
        post("mailbox", input("in", ""));

        assertThat(post("mailbox/in/test", "{}").json().get("ok").asBoolean()).isTrue();
        assertThat(post("mailbox/in/test", input("in", "").replace(",\"password\":\"right\"", ""))
                        .json()
                        .get("ok")
                        .asBoolean())
                .isTrue();
        assertThat(tester.seen).hasSize(2).allMatch(Credentials.Password.class::isInstance);
    }

    @Test
    void a_stored_secret_is_never_tried_on_other_values() {
        post("mailbox", input("in", ""));

        Answer report = post(
                "mailbox/in/test",
                input("in", "").replace(",\"password\":\"right\"", "").replace("127.0.0.1", "127.0.0.2"));

        assertThat(report.json().get("ok").asBoolean()).isFalse();
        assertThat(report.json().at("/steps/3/field").asText()).isEqualTo("password");
        assertThat(tester.seen).hasSize(1).allMatch(Credentials.None.class::isInstance);
    }

    @Test
    void the_eleventh_connection_test_in_a_minute_is_refused() {
        jdbc.sql("select 1").query(Integer.class).single();
        Answer last = null;
        for (int i = 0; i < 11; i++) {
            last = call("tess", "POST", "mailbox/test", input("in", ""));
        }

        assertThat(last.status()).isEqualTo(429);
        assertThat(last.json().get("message").asText()).isEqualTo("10 connection tests a minute");
        assertThat(Integer.parseInt(last.header("Retry-After"))).isBetween(1, 60);
    }

    @Test
    void an_input_mailbox_is_read_at_once_unless_it_is_off() {
        post("mailbox", input("in", ""));

        Answer asked = post("mailbox/in/read-now", "{}");
        put("mailbox/in/enabled", "{\"enabled\":false}");
        Answer off = post("mailbox/in/read-now", "{}");

        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.text()).isEqualTo("{}");
        assertThat(inbox.read).containsExactly("in");
        assertThat(off.status()).isEqualTo(409);
        assertThat(off.json().get("type").asText()).isEqualTo("WrongStateException");
    }

    @Test
    void a_mailbox_that_is_paused_in_cockpit_says_so_when_it_shall_be_read() {
        post("mailbox", input("paused-in", ""));
        runtime.suspendProcessInstanceById(
                get("mailbox/paused-in/health").json().get("processInstanceId").asText());

        Answer paused = post("mailbox/paused-in/read-now", "{}");

        assertThat(paused.status()).isEqualTo(409);
        assertThat(paused.json().get("message").asText())
                .isEqualTo("Mailbox 'paused-in' is paused: its process instance is suspended");
        assertThat(inbox.read).isEmpty();
        assertThat(get("mailbox/paused-in/health").json().get("state").asText()).isEqualTo("PAUSED");
        assertThat(get("health").json().at("/mailboxes/PAUSED").asInt()).isEqualTo(1);
    }

    @Test
    void the_same_calls_answer_below_the_name_of_the_engine() {
        post("mailbox", output("out", ""));

        assertThat(get("//engine-rest/engine/default/mailroom/mailbox/out").status())
                .isEqualTo(200);
        assertThat(get("//engine-rest/engine/other/mailroom/mailbox/out").status())
                .isEqualTo(404);
    }

    private String keys(String path) {
        Answer answer = get(path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return String.join(",", answer.json().findValuesAsText("key"));
    }
}
