package dev.mailroom.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.server.MailroomServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;

/** A whole server in a {@link SmallJvm}, everything it keeps in one folder. */
public final class SmallServer implements AutoCloseable {

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);
    private static final String LOGIN = "demo";

    private final int port;
    private final SmallJvm jvm;
    private final RestCalls rest;

    private SmallServer(int port, SmallJvm jvm) {
        this.port = port;
        this.jvm = jvm;
        this.rest = new RestCalls("http://127.0.0.1:" + port + "/engine-rest", LOGIN, LOGIN);
    }

    /** @param heap megabytes */
    public static SmallServer start(Path directory, int heap, String... settings) throws InterruptedException {
        int port = FreePort.find();
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=" + port,
                "--mailroom.data-dir=" + directory,
                "--mailroom.network.allow=127.0.0.0/8,::1/128",
                "--camunda.bpm.auto-deployment-enabled=false",
                "--camunda.bpm.admin-user.id=" + LOGIN,
                "--camunda.bpm.admin-user.password=" + LOGIN));
        arguments.addAll(List.of(settings));
        SmallServer server = new SmallServer(port, SmallJvm.start(directory, heap, MailroomServer.class, arguments));
        boolean up = false;
        try {
            server.awaitUp();
            up = true;
            return server;
        } finally {
            if (!up) {
                server.close();
            }
        }
    }

    private void awaitUp() {
        await().atMost(STARTS_WITHIN).pollInterval(Duration.ofMillis(500)).until(() -> {
            jvm.assertWell();
            try {
                return rest.exists("/mailroom/mailbox");
            } catch (IllegalStateException notYet) {
                return false;
            }
        });
    }

    public SmallJvm jvm() {
        return jvm;
    }

    public RestCalls rest() {
        return rest;
    }

    public void deploy(BpmnModelInstance model) {
        RestCalls.Answer answer = rest.deploy("model", Bpmn.convertToString(model));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    }

    /** SHA-256 of the bytes that the server keeps of this mail. */
    public String storedHash(String mailId) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(request("/mailroom/email/" + mailId + "/raw").build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new AssertionError(
                    answer.statusCode() + " " + new String(answer.body().readAllBytes(), StandardCharsets.UTF_8)
                            + " from a server that wrote\n" + jvm.output());
        }
        return Digests.sha256(answer.body());
    }

    private HttpRequest.Builder request(String path) {
        String login = Base64.getEncoder().encodeToString((LOGIN + ":" + LOGIN).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/engine-rest" + path))
                .header("Authorization", "Basic " + login);
    }

    @Override
    public void close() throws InterruptedException {
        jvm.close();
    }
}
