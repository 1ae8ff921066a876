package dev.mailroom.story;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.server.MailroomServer;
import dev.mailroom.testing.RestCalls;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngines;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.test.assertions.bpmn.AbstractAssertions;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * The whole server with two customers, each on a mail server of its own, used as people use it: REST, mail, engine. One
 * context for all stories; each story uses keys of its own.
 */
@SpringBootTest(
        classes = MailroomServer.class,
        useMainMethod = SpringBootTest.UseMainMethod.ALWAYS,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.url=jdbc:h2:mem:story;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
            "mailroom.data-dir=target/story-data",
            "mailroom.secrets.key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "mailroom.network.allow=127.0.0.0/8",
            "camunda.bpm.auto-deployment-enabled=false",
            "mailroom.examples=true",
            "camunda.bpm.admin-user.id=demo",
            "camunda.bpm.admin-user.password=demo",
            "mailroom.smtp.timeout.connect=PT2S",
            "mailroom.smtp.timeout.command=PT3S",
            "mailroom.breaker.probe-after=PT1S",
            "mailroom.sent-copy.pauses=PT1S,PT2S,PT4S",
            "mailroom.sent-copy.poll-interval=PT1S",
        })
abstract class Story {

    static final Duration SOON = Duration.ofSeconds(20);
    private static final AtomicInteger NAMES = new AtomicInteger();

    static final MailServer ACME =
            new MailServer().start().withUser("support@acme.example").withUser("ana@customer.example");
    static final MailServer BETA = new MailServer().start().withUser("help@beta.example");

    @LocalServerPort
    int httpPort;

    @Autowired
    ProcessEngine engine;

    @Autowired
    RuntimeService runtime;

    @Autowired
    RepositoryService repository;

    @Autowired
    HistoryService history;

    @Autowired
    IdentityService identity;

    RestCalls rest;

    @BeforeEach
    void open() {
        // Camunda's logins and web applications find engines by name in one place of the JVM; another test may have put
        // its
        // own there.
        if (ProcessEngines.getProcessEngine(engine.getName()) != engine) {
            ProcessEngines.registerProcessEngine(engine);
        }
        AbstractAssertions.init(engine);
        rest = new RestCalls("http://127.0.0.1:" + httpPort + "/engine-rest", "demo", "demo");
    }

    /** A name no other story uses. */
    static String unique(String prefix) {
        return prefix + "-" + NAMES.incrementAndGet();
    }

    void deploy(BpmnModelInstance model) {
        repository
                .createDeployment()
                .name(unique("story"))
                .addModelInstance(unique("story") + ".bpmn", model)
                .deploy();
    }

    String output(String key, MailServer server, String sender) {
        return output(key, server.port("smtp"), sender);
    }

    String output(String key, int port, String sender) {
        rest.post("/mailroom/mailbox", """
                {"key":"%s","description":"%s","type":"OUTPUT","server":"127.0.0.1","port":%d,"security":"NONE",
                 "allowPlainText":true,"sender":"%s"}""".formatted(key, key, port, sender.replace("\"", "\\\"")));
        return key;
    }

    void makeSystemMailbox(String mailbox) {
        var form = (com.fasterxml.jackson.databind.node.ObjectNode) rest.get("/mailroom/mailbox/" + mailbox);
        rest.put("/mailroom/mailbox/" + mailbox, """
                {"key":"%s","description":"%s","type":"OUTPUT","server":"127.0.0.1","port":%d,"security":"NONE",
                 "allowPlainText":true,"sender":"%s","systemMailbox":true}""".formatted(
                        mailbox,
                        mailbox,
                        form.path("port").asInt(),
                        form.path("sender").asText().replace("\"", "\\\"")));
    }

    String contract(String key, String outbox) {
        rest.post(
                "/mailroom/contract",
                outbox == null
                        ? "{\"key\":\"%s\",\"name\":\"%s\"}".formatted(key, key)
                        : "{\"key\":\"%s\",\"name\":\"%s\",\"emailOutbox\":\"%s\"}".formatted(key, key, outbox));
        return key;
    }

    ProcessInstance start(String processKey, Map<String, Object> variables) {
        return runtime.startProcessInstanceByKey(processKey, variables);
    }

    /** Mails of the journal with this filter, oldest first. */
    JsonNode journal(String filter) {
        return rest.get("/mailroom/email?sortBy=createdAt&sortOrder=asc&" + filter);
    }

    JsonNode awaitMail(String filter, String state) {
        return await().atMost(SOON)
                .until(
                        () -> journal(filter),
                        mails -> mails.size() > 0
                                && mails.get(0).path("state").asText().equals(state))
                .get(0);
    }

    Incident awaitIncident(ProcessInstance instance) {
        return await().atMost(SOON)
                .until(
                        () -> runtime.createIncidentQuery()
                                .processInstanceId(instance.getId())
                                .singleResult(),
                        java.util.Objects::nonNull);
    }

    void awaitEnd(ProcessInstance instance) {
        await().atMost(SOON)
                .until(() -> runtime.createProcessInstanceQuery()
                                .processInstanceId(instance.getId())
                                .count()
                        == 0);
    }
}
