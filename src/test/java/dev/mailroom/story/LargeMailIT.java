package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.server.MailroomServer;
import dev.mailroom.testing.RestCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
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
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * P7: a whole server in a JVM with a heap of 256 MB reads a mail of 50 MB by IMAP, starts its process, and sends its
 * attachment on out of the store. Its mail servers and its judge live in this JVM.
 */
class LargeMailIT {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int MB = 1024 * 1024;
    private static final String ADDRESS = "big@acme.example";

    private final DigestingSmtpServer smtp = DigestingSmtpServer.start();
    private final MailServer imap = new MailServer().start().withUser(ADDRESS);

    @TempDir
    Path directory;

    private Process process;

    @AfterEach
    void stop() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        imap.stop();
        smtp.close();
    }

    @Test
    @Tag("chaos")
    void a_mail_of_50_mb_comes_in_and_goes_out_with_a_heap_of_256_mb() throws Exception {
        comesInAndGoesOut(50, "256");
    }

    /** The same in small, for every build. */
    @Test
    void a_mail_of_20_mb_comes_in_and_goes_out_with_a_heap_of_160_mb() throws Exception {
        comesInAndGoesOut(20, "160");
    }

    /** R24: each in a mailbox of its own, so that as many are read at once as there are threads for it. */
    @Test
    @Tag("chaos")
    void twenty_mails_of_10_mb_come_in_at_once_with_a_heap_of_256_mb() throws Exception {
        byte[] raw = mail(10);
        String rawHash = sha256(new ByteArrayInputStream(raw));
        int port = freePort();
        start(port, "256");
        RestCalls rest = new RestCalls("http://127.0.0.1:" + port + "/engine-rest", "demo", "demo");
        awaitUp(rest);
        for (int i = 0; i < 20; i++) {
            String address = "big-" + i + "@acme.example";
            imap.withUser(address).deliver(address, raw);
        }
        for (int i = 0; i < 20; i++) {
            String address = "big-" + i + "@acme.example";
            rest.post(
                    "/mailroom/mailbox",
                    ReceivingStoryIT.inputForm("big-" + i, "imap", address, "not-there", imap.port("imap")));
        }

        await().atMost(LONG)
                .until(() -> !process.isAlive()
                        || rest.get("/mailroom/email?direction=INCOMING").size() == 20);

        assertThat(output()).doesNotContain("OutOfMemoryError");
        assertThat(process.isAlive()).as(output()).isTrue();
        for (JsonNode in : rest.get("/mailroom/email?direction=INCOMING")) {
            assertThat(storedHash(port, in)).as("read as it lay on the server").isEqualTo(rawHash);
        }
        System.out.printf("20 x 10 MB in, most in use after a collection: %d MB%n", mostAfterGc());
    }

    private void comesInAndGoesOut(int megabytes, String heap) throws Exception {
        byte[] raw = mail(megabytes);
        String rawHash = sha256(new ByteArrayInputStream(raw));
        imap.deliver(ADDRESS, raw);
        int port = freePort();
        start(port, heap);
        RestCalls rest = new RestCalls("http://127.0.0.1:" + port + "/engine-rest", "demo", "demo");
        awaitUp(rest);
        rest.post("/mailroom/mailbox", """
                {"key":"big-out","description":"x","type":"OUTPUT","server":"127.0.0.1","port":%d,"security":"NONE",
                 "allowPlainText":true,"sender":"support@acme.example"}""".formatted(smtp.port()));
        deploy(port);
        rest.post(
                "/mailroom/mailbox",
                ReceivingStoryIT.inputForm("big-in", "imap", ADDRESS, "forward", imap.port("imap")));

        await().atMost(LONG).until(() -> !smtp.digests().isEmpty() || !process.isAlive());

        assertThat(output()).doesNotContain("OutOfMemoryError");
        assertThat(process.isAlive()).as(output()).isTrue();
        JsonNode out = awaitSent(rest);
        JsonNode in = rest.get("/mailroom/email?direction=INCOMING").get(0);
        assertThat(storedHash(port, in)).as("read as it lay on the server").isEqualTo(rawHash);
        assertThat(smtp.digests()).containsExactly(storedHash(port, out));
        assertThat(smtp.bytes()).isGreaterThan((long) megabytes * MB);
        assertThat(output()).doesNotContain("OutOfMemoryError");
        assertThat(gcLog()).contains("Heap Max Capacity: " + heap + "M");
        System.out.printf(
                "%d MB in and out, heap %s MB, most in use after a collection: %d MB%n",
                megabytes, heap, mostAfterGc());
    }

    private static JsonNode awaitSent(RestCalls rest) {
        return await().atMost(LONG)
                .until(() -> rest.get("/mailroom/email?direction=OUTGOING&state=SENT"), list -> list.size() == 1)
                .get(0);
    }

    private void start(int port, String heap) throws IOException {
        process = new ProcessBuilder(
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
                        "--mailroom.inbound.limits.message-size=64MB",
                        "--mailroom.sending.limits.attachments-size=64MB",
                        "--camunda.bpm.auto-deployment-enabled=false",
                        "--camunda.bpm.admin-user.id=demo",
                        "--camunda.bpm.admin-user.password=demo")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
    }

    private void awaitUp(RestCalls rest) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(() -> {
            assertThat(process.isAlive()).as(output()).isTrue();
            try {
                return rest.exists("/mailroom/mailbox");
            } catch (IllegalStateException notYet) {
                return false;
            }
        });
    }

    private static void deploy(int port) throws Exception {
        String model = Bpmn.convertToString(Bpmn.createExecutableProcess("forward")
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .serviceTask("send")
                .name("Forward")
                .camundaDelegateExpression("${sendMessageEmail}")
                .camundaInputParameter("emailOutbox", "specific")
                .camundaInputParameter("emailMailbox", "big-out")
                .camundaInputParameter("emailTo", "boss@acme.example")
                .camundaInputParameter("emailSubject", "Forwarded")
                .camundaInputParameter("emailBody", "See the file.")
                .camundaInputParameter("emailAttachments", "mail")
                .endEvent()
                .done());
        String border = "----mailroom";
        String body = "--" + border + "\r\nContent-Disposition: form-data; name=\"data\"; filename=\"forward.bpmn\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n" + model + "\r\n--" + border + "--\r\n";
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        request(port, "/deployment/create")
                                .header("Content-Type", "multipart/form-data; boundary=" + border)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String storedHash(int port, JsonNode mail) throws Exception {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(
                        request(port, "/mailroom/email/" + mail.path("id").asText() + "/raw")
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return sha256(answer.body());
    }

    private static HttpRequest.Builder request(int port, String path) {
        String login = Base64.getEncoder().encodeToString("demo:demo".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/engine-rest" + path))
                .header("Authorization", "Basic " + login);
    }

    /** About this large as it lies on the server; three quarters of it are the file. */
    private static byte[] mail(int megabytes) throws IOException {
        byte[] file = new byte[megabytes * (MB / 78 + 1) * 57];
        new Random(megabytes).nextBytes(file);
        ByteArrayOutputStream out = new ByteArrayOutputStream(megabytes * MB + 10_000);
        out.write(("From: ana@customer.example\r\nTo: " + ADDRESS + "\r\nSubject: Plans\r\n"
                        + "Message-ID: <large@customer.example>\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
                        + "See the plans.\r\n--b\r\nContent-Type: application/pdf; name=plans.pdf\r\n"
                        + "Content-Disposition: attachment; filename=plans.pdf\r\n"
                        + "Content-Transfer-Encoding: base64\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(Base64.getMimeEncoder().encode(file));
        out.write("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static String sha256(InputStream in) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream through = new DigestInputStream(in, digest)) {
            through.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("server.log"));
    }

    private String gcLog() throws IOException {
        return Files.readString(directory.resolve("gc.log"));
    }

    /** From lines such as {@code Pause Full (Allocation Failure) 123M->45M(256M)}. */
    private int mostAfterGc() throws IOException {
        return java.util.regex.Pattern.compile("\\d+M->(\\d+)M\\(")
                .matcher(gcLog())
                .results()
                .mapToInt(result -> Integer.parseInt(result.group(1)))
                .max()
                .orElse(0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
