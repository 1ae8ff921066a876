package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.journal.Hashes;
import dev.mailroom.server.MailroomServer;
import dev.mailroom.testing.FreePort;
import dev.mailroom.testing.RestCalls;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;

/** A whole server in a JVM of its own with a small heap, everything it keeps in one folder. */
final class SmallServer implements AutoCloseable {

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);
    private static final String LOGIN = "demo";

    private final Path directory;
    private final int port;
    private final Process process;
    private final RestCalls rest;

    private SmallServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
        this.rest = new RestCalls("http://127.0.0.1:" + port + "/engine-rest", LOGIN, LOGIN);
    }

    /** @param heap megabytes */
    static SmallServer start(Path directory, int heap, String... settings) throws IOException {
        int port = FreePort.find();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:gc,gc+init:file=" + directory.resolve("gc.log"),
                "-cp",
                // Surefire hides the true one behind a jar with a manifest.
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MailroomServer.class.getName(),
                "--server.port=" + port,
                "--mailroom.data-dir=" + directory,
                "--mailroom.network.allow=127.0.0.0/8,::1/128",
                "--camunda.bpm.auto-deployment-enabled=false",
                "--camunda.bpm.admin-user.id=" + LOGIN,
                "--camunda.bpm.admin-user.password=" + LOGIN));
        command.addAll(List.of(settings));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
        SmallServer server = new SmallServer(directory, port, process);
        boolean up = false;
        try {
            server.awaitUp();
            up = true;
            return server;
        } finally {
            if (!up) {
                process.destroyForcibly();
            }
        }
    }

    private void awaitUp() {
        await().atMost(STARTS_WITHIN).pollInterval(Duration.ofMillis(500)).until(() -> {
            assertThat(isAlive()).as(output()).isTrue();
            try {
                return rest.exists("/mailroom/mailbox");
            } catch (IllegalStateException notYet) {
                return false;
            }
        });
    }

    RestCalls rest() {
        return rest;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void deploy(BpmnModelInstance model) {
        RestCalls.Answer answer = rest.deploy("model", Bpmn.convertToString(model));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    }

    /** SHA-256 of the bytes that the server keeps of this mail. */
    String storedHash(String mailId) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(request("/mailroom/email/" + mailId + "/raw").build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return sha256(answer.body());
    }

    static String sha256(InputStream in) throws IOException {
        MessageDigest digest = Hashes.newSha256();
        try (DigestInputStream through = new DigestInputStream(in, digest)) {
            through.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private HttpRequest.Builder request(String path) {
        String login = Base64.getEncoder().encodeToString((LOGIN + ":" + LOGIN).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/engine-rest" + path))
                .header("Authorization", "Basic " + login);
    }

    String output() throws IOException {
        return Files.readString(directory.resolve("server.log"));
    }

    /** It lives, and its memory was enough. */
    void assertWell() throws IOException {
        assertThat(output()).doesNotContain("OutOfMemoryError");
        assertThat(isAlive()).as(output()).isTrue();
    }

    String gcLog() throws IOException {
        return Files.readString(directory.resolve("gc.log"));
    }

    /** Megabytes, from lines such as {@code Pause Full (Allocation Failure) 123M->45M(256M)}. */
    int mostAfterGc() throws IOException {
        return Pattern.compile("\\d+M->(\\d+)M\\(")
                .matcher(gcLog())
                .results()
                .mapToInt(result -> Integer.parseInt(result.group(1)))
                .max()
                .orElse(0);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
