package dev.mailroom.story;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.Models;
import dev.mailroom.testing.RestCalls;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the journal's REST interface share: a server that fails as told, people with and without rights. */
abstract class JournalStory extends Story {

    static final SmtpAction LATER = SmtpAction.reply("450 4.2.1 mailbox is busy");
    static final SmtpAction UNKNOWN = SmtpAction.reply("550 5.1.1 unknown");

    final ScriptedSmtpServer smtp = ScriptedSmtpServer.start();

    /** oli operates and does not read, clerk may nothing. */
    @BeforeEach
    void people() {
        person("oli", "mailroomOperators");
        person("clerk", null);
    }

    @AfterEach
    void stop() {
        smtp.close();
    }

    void person(String id, String group) {
        if (identity.createUserQuery().userId(id).count() > 0) {
            return;
        }
        User user = identity.newUser(id);
        user.setPassword(id);
        identity.saveUser(user);
        if (group != null) {
            if (identity.createGroupQuery().groupId(group).count() == 0) {
                identity.saveGroup(identity.newGroup(group));
            }
            identity.createMembership(id, group);
        }
    }

    /** @param user empty = nobody */
    RestCalls as(String user) {
        return new RestCalls("http://127.0.0.1:" + httpPort + "/engine-rest", user, user);
    }

    RestCalls.Answer verb(JsonNode mail, String verb, String body) {
        return rest.call("POST", path(mail) + "/" + verb, body);
    }

    static String path(JsonNode mail) {
        return "/mailroom/email/" + id(mail);
    }

    static String id(JsonNode mail) {
        return mail.path("id").asText();
    }

    /** A process that sends through an outbox of its own on the scripted server; its key is that of its mailbox, too. */
    MailProcess process(String key, String to) {
        output(key, smtp.port(), "Acme Support <support@acme.example>");
        return MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", key)
                .with("emailTo", to)
                .with("emailSubject", "Your request " + key)
                .with("emailBody", "Hello")
                .with("emailRetries", "PT1H");
    }

    record Sending(ProcessInstance instance, String process, JsonNode mail) {}

    /** Sends one mail, and waits until it is in the state. */
    Sending send(String prefix, String to, String state) {
        String key = unique(prefix);
        deploy(process(key, to).model());
        return begin(key, state);
    }

    Sending begin(String process, String state) {
        ProcessInstance instance = start(process, Map.of());
        return new Sending(instance, process, awaitMail("direction=OUTGOING&mailbox=" + process, state));
    }

    JsonNode mail(JsonNode row) {
        return rest.get(path(row));
    }

    JsonNode awaitState(JsonNode mail, String state) {
        return await().atMost(SOON)
                .until(() -> mail(mail), now -> now.path("state").asText().equals(state));
    }

    /** Reads the mail of this address, which is also its user. */
    String input(String key, String address, String process, String more) {
        String form = ReceivingStoryIT.inputForm(key, "imap", address, process, ACME.port("imap"));
        rest.post("/mailroom/mailbox", form.substring(0, form.lastIndexOf('}')) + more + "}");
        return key;
    }

    String address(String prefix) {
        String address = unique(prefix) + "@acme.example";
        ACME.withUser(address);
        return address;
    }

    String waitingProcess() {
        String key = unique("arrival");
        deploy(Models.userTask(key));
        return key;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    static List<String> ids(JsonNode mails) {
        return StreamSupport.stream(mails.spliterator(), false)
                .map(JournalStory::id)
                .toList();
    }
}
