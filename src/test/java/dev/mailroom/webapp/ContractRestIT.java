package dev.mailroom.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import org.json.JSONException;
import org.junit.jupiter.api.Test;
import org.skyscreamer.jsonassert.JSONAssert;

class ContractRestIT extends RestTest {

    @Test
    void a_contract_is_registered_with_its_outbox_and_shows_its_input_mailboxes() throws JSONException {
        post("mailbox", output("acme-outgoing", ""));
        String form = ACME.replace("\"emailOutbox\":null", "\"emailOutbox\":\"acme-outgoing\"");

        Answer created = post("contract", form);
        post("mailbox", input("acme-support", ",\"contract\":\"acme\""));

        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.header("Location")).endsWith("/contract/acme");
        JSONAssert.assertEquals(form, created.text(), false);
        JSONAssert.assertEquals(
                form.replace(
                        "\"enabled\":true}",
                        "\"enabled\":true,\"inputMailboxes\":[\"acme-support\"],\"revision\":1,\"origin\":\"REST\",\"readOnly\":false}"),
                get("contract/acme").text(),
                true);
    }

    @Test
    void an_input_mailbox_as_outbox_and_the_domain_of_another_are_refused_together() throws JSONException {
        post("mailbox", input("acme-support", ""));
        post("contract", "{\"key\":\"beta\",\"name\":\"Beta\",\"domains\":[\"acme.example\"]}");

        Answer refused = post("contract", ACME.replace("\"emailOutbox\":null", "\"emailOutbox\":\"acme-support\""));

        assertThat(refused.status()).isEqualTo(400);
        JSONAssert.assertEquals("""
                {"type":"ValidationException","message":"2 fields are wrong","fields":{"emailOutbox":"'acme-support' is an Input mailbox; an Output mailbox is needed","domains[0]":"belongs to contract 'beta' already"}}""", refused.text(), true);
    }

    @Test
    void contracts_are_listed_filtered_and_counted() {
        post("mailbox", output("out", ""));
        post("contract", ACME.replace("\"emailOutbox\":null", "\"emailOutbox\":\"OUT\""));
        post("contract", "{\"key\":\"beta\",\"name\":\"Beta\",\"enabled\":false}");

        assertThat(get("contract").json().findValuesAsText("key")).containsExactly("acme", "beta");
        assertThat(get("contract?text=ltd&enabled=true&emailOutbox=out&domain=acme.example")
                        .json())
                .hasSize(1);
        assertThat(get("contract?sortBy=name&sortOrder=desc&maxResults=1")
                        .json()
                        .findValuesAsText("key"))
                .containsExactly("beta");
        assertThat(get("contract/count?enabled=false").text()).isEqualTo("{\"count\":1}");
        assertThat(get("contract?name=x").status()).isEqualTo(400);
    }

    @Test
    void a_contract_is_replaced_under_its_revision() {
        post("contract", ACME);

        Answer changed = put("contract/acme", "{\"name\":\"Acme\",\"revision\":1}");
        Answer stale = put("contract/acme", "{\"name\":\"Acme\",\"revision\":1}");
        Answer unchanged = put("contract/acme", get("contract/acme").text());

        assertThat(changed.json().get("domains")).isEmpty();
        assertThat(changed.json().get("revision").asInt()).isEqualTo(2);
        assertThat(stale.json().get("type").asText()).isEqualTo("OptimisticLockingException");
        assertThat(unchanged.status()).as(unchanged.text()).isEqualTo(200);
        assertThat(post("contract", ACME).json().get("type").asText()).isEqualTo("DuplicateKeyException");
    }

    @Test
    void a_contract_that_an_input_mailbox_names_is_not_deleted() {
        post("contract", ACME);
        post("mailbox", input("in", ",\"contract\":\"acme\""));

        Answer used = delete("contract/acme");
        delete("mailbox/in");

        assertThat(used.status()).isEqualTo(409);
        assertThat(used.json().at("/usedBy/0").toString())
                .isEqualTo("{\"kind\":\"MAILBOX\",\"key\":\"in\",\"name\":\"in\"}");
        assertThat(delete("contract/acme").status()).isEqualTo(204);
        assertThat(get("contract/acme").json().get("message").asText()).isEqualTo("No contract 'acme' is registered");
    }
}
