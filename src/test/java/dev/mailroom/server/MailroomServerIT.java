package dev.mailroom.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The server as the exec jar starts it, in an empty folder. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class MailroomServerIT {

    private static final Pattern PASSWORD = Pattern.compile("\"admin\" with the password (\\S{16})");

    private final HttpClient client = HttpClient.newHttpClient();
    private Path folder;
    private ConfigurableApplicationContext server;
    private String password;

    @BeforeAll
    void firstStart(@TempDir Path empty, CapturedOutput output) {
        folder = empty.resolve("data");
        server = start();
        Matcher said = PASSWORD.matcher(output.getAll());
        assertThat(said.find()).as("the password on the console").isTrue();
        password = said.group(1);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private ConfigurableApplicationContext start() {
        SpringApplication application = new SpringApplication(MailroomServer.class);
        application.addInitializers(new ServerDefaults());
        return application.run(
                "--server.port=0", "--mailroom.data-dir=" + folder, "--camunda.bpm.job-execution.enabled=false");
    }

    @Test
    void engine_rest_is_behind_a_login_and_the_printed_password_opens_it() throws Exception {
        assertThat(get("/engine-rest/process-definition", null)).isEqualTo(401);
        assertThat(get("/engine-rest/mailroom/mailbox", null)).isEqualTo(401);
        assertThat(get("/engine-rest/process-definition", password)).isEqualTo(200);
        assertThat(get("/engine-rest/mailroom/mailbox", password)).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /camunda/api/admin/setup/default/user/create",
        "POST, /camunda/api/admin/%73etup/default/user/create",
        "POST, /camunda/api/admin/setup;x=1/default/user/create",
        "POST, /camunda/api/admin/SETUP/default/user/create",
        "GET, /camunda/app/admin/default/setup/",
        "GET, /camunda/app/welcome/default/setup/"
    })
    void nobody_can_make_themselves_administrator(String method, String path) throws Exception {
        assertThat(call(method, path, null)).isEqualTo(403);
    }

    @Test
    void the_webapp_itself_is_open_for_logins() throws Exception {
        assertThat(get("/camunda/app/welcome/default/", null)).isEqualTo(200);
    }

    @Test
    void the_key_of_the_secrets_is_readable_by_its_owner_alone() throws Exception {
        Path key = folder.resolve("secrets.key");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(Base64.getDecoder().decode(Files.readString(key).strip())).hasSize(32);
    }

    @Test
    void a_second_start_keeps_key_and_password_and_does_not_say_them(CapturedOutput output) throws Exception {
        String key = Files.readString(folder.resolve("secrets.key"));
        int before = output.getAll().length();
        server.close();

        server = start();

        assertThat(PASSWORD.matcher(output.getAll().substring(before)).find()).isFalse();
        assertThat(Files.readString(folder.resolve("secrets.key"))).isEqualTo(key);
        assertThat(get("/engine-rest/mailroom/health", password)).isEqualTo(200);
    }

    @Test
    void everybody_learns_that_the_node_works_and_who_may_see_the_journal_how_mailboxes_fare() throws Exception {
        assertThat(body("/actuator/health/mailroom", null)).isEqualTo("{\"status\":\"UP\"}");
        assertThat(body("/actuator/health/mailroom", password))
                .contains("\"sending\":\"enabled\"")
                .contains("\"mailboxes\":{");
        assertThat(body("/actuator/health", null)).contains("\"mailroom\":{\"status\":\"UP\"}");
        // Not the administrator's: the engine would keep that user out for some seconds.
        HttpRequest stranger = login("GET", "/actuator/health/mailroom", "nobody:wrong");
        assertThat(client.send(stranger, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void nothing_but_health_is_open_in_the_actuator() throws Exception {
        for (String path :
                new String[] {"/actuator", "/actuator/metrics", "/actuator/env", "/actuator/health;x/../env"}) {
            assertThat(get(path, null)).as(path).isIn(400, 401);
        }
        assertThat(get("/actuator/metrics", password)).as("not exposed").isEqualTo(404);
    }

    private String body(String path, String with) throws IOException, InterruptedException {
        return client.send(request("GET", path, with), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private int get(String path, String with) throws IOException, InterruptedException {
        return call("GET", path, with);
    }

    private int call(String method, String path, String with) throws IOException, InterruptedException {
        return client.send(request(method, path, with), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private HttpRequest request(String method, String path, String with) {
        return login(method, path, with == null ? null : "admin:" + with);
    }

    private HttpRequest login(String method, String path, String userAndPassword) {
        int port = ((ServletWebServerApplicationContext) server).getWebServer().getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("{}")
                                : HttpRequest.BodyPublishers.noBody());
        if (userAndPassword != null) {
            byte[] login = userAndPassword.getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
        }
        return request.build();
    }
}
