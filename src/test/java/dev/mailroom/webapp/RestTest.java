package dev.mailroom.webapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One host application for all tests of the REST interface, real HTTP, an empty registry before each test. */
@SpringBootTest(
        classes = RestTestApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.url=jdbc:h2:mem:rest;DB_CLOSE_DELAY=-1",
            "camunda.bpm.job-execution.enabled=false",
            "camunda.bpm.authorization.enabled=true",
            "camunda.bpm.admin-user.id=mary",
            "camunda.bpm.admin-user.password=mary-secret",
            "mailroom.secrets.key=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "mailroom.network.allow=127.0.0.0/8",
            "mailroom.inbound.enabled=false",
            "mailroom.rights.administer=camunda-admin,testers"
        })
abstract class RestTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    private IdentityService identities;

    @Autowired
    private AuthorizationService authorizations;

    @Autowired
    private dev.mailroom.registry.SendingSwitch sending;

    @Autowired
    RestTestApplication.RecordingTester tester;

    @Autowired
    RestTestApplication.RecordingInbox inbox;

    @BeforeEach
    void emptyRegistry() {
        for (String table : List.of("MAILBOX", "CONTRACT", "CONTRACT_DOMAIN", "SECRET", "HEALTH", "AUDIT")) {
            jdbc.sql("delete from MAILROOM_" + table).update();
        }
        jdbc.sql("update MAILROOM_SETTING set VALUE_ = ? where NAME_ = 'registry.version'")
                .param(java.util.UUID.randomUUID().toString())
                .update();
        tester.seen.clear();
        inbox.read.clear();
        user("oli", "mailroomOperators");
        user("clerk", null);
        user("tess", "testers");
    }

    private void user(String id, String group) {
        if (identities.createUserQuery().userId(id).count() > 0) {
            return;
        }
        User user = identities.newUser(id);
        user.setPassword(id + "-secret");
        identities.saveUser(user);
        if (group != null) {
            Group made = identities.newGroup(group);
            identities.saveGroup(made);
            identities.createMembership(id, group);
        }
    }

    Answer get(String path) {
        return call("mary", "GET", path, null);
    }

    Answer post(String path, String body) {
        return call("mary", "POST", path, body);
    }

    Answer put(String path, String body) {
        return call("mary", "PUT", path, body);
    }

    Answer delete(String path) {
        return call("mary", "DELETE", path, null);
    }

    /** @param user null = without a login. @param path behind /engine-rest/mailroom, or all of it from a slash-slash on */
    Answer call(String user, String method, String path, String body) {
        String uri = path.startsWith("//") ? path.substring(1) : "/engine-rest/mailroom/" + path;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + uri))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (user != null) {
            byte[] login = (user + ":" + user + "-secret").getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
        }
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static final String SUPPORT = """
            {"key":"acme-support","description":"Acme Support","type":"INPUT","enabled":true,
             "provider":"imaps","server":"127.0.0.1","port":993,"user":"support@acme.example","password":"s3cret","authentication":"PASSWORD",
             "folder":"INBOX","address":"support@acme.example","aliases":["help@acme.example"],"plusAddressing":true,
             "afterReading":"MOVE","moveTo":"Done","startFrom":"NOW","pollInterval":"PT1M","push":true,"contract":"acme",
             "processDefinitionKey":"service-request","routingDecision":null,"senders":"ANYONE","allowedSenders":[],
             "blockedSenders":[],"trustedCertificates":null,"tenantId":null}""";

    static final String OUTGOING = """
            {"description":"Acme outgoing","type":"OUTPUT","server":"127.0.0.1","port":587,"security":"STARTTLS","user":"support@acme.example",
             "authentication":"OAUTH2","oauth2":{"grant":"CLIENT_CREDENTIALS","tokenUrl":"https://login.microsoftonline.com/t/oauth2/v2.0/token","clientId":"id","clientSecret":"s3cret",
               "scope":"https://outlook.office365.com/.default","clientSecretExpires":"2037-03-01"},
             "sender":"Acme Support <support@acme.example>","replyTo":null,"systemMailbox":false,"maxConnections":2,"messagesPerMinute":30,"maxRecipientsPerMessage":100,
             "retries":"PT1M,PT5M,PT15M,PT30M,PT1H,PT2H,PT4H","giveUpAfter":"P5D","onUncertain":"ASK","sentCopy":{"mailbox":"acme-support","folder":"Sent","append":false}}""";

    static final String ACME = """
            {"key":"acme","name":"Acme Ltd","customer":"Acme","emailOutbox":null,"domains":["acme.example"],"contacts":["Ana <ana@acme.example>"],"locale":"pt-BR","timeZone":"America/Sao_Paulo","groups":[],"tenantId":null,"enabled":true}""";

    /** A small Input mailbox; further fields, each with a comma before it. */
    static String input(String key, String more) {
        return "{\"key\":\"" + key + "\",\"description\":\"" + key
                + "\",\"type\":\"INPUT\",\"provider\":\"imaps\",\"server\":\"127.0.0.1\","
                + "\"user\":\"in@acme.example\",\"password\":\"right\"" + more + "}";
    }

    /** A small Output mailbox without a login; further fields, each with a comma before it. */
    static String output(String key, String more) {
        return "{\"key\":\"" + key + "\",\"description\":\"" + key
                + "\",\"type\":\"OUTPUT\",\"server\":\"127.0.0.1\",\"sender\":\"Acme <out@acme.example>\"" + more + "}";
    }

    /** Status, headers and body of an answer. */
    record Answer(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String text() {
            return response.body();
        }

        JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new AssertionError("no JSON: " + response.body(), e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        /** The message about one field of a ValidationException. */
        String fault(String field) {
            return json().path("fields").path(field).asText(null);
        }
    }
}
