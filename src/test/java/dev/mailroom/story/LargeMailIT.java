package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.Digests;
import dev.mailroom.testing.LargeMail;
import dev.mailroom.testing.RestCalls;
import dev.mailroom.testing.SmallServer;
import java.nio.file.Path;
import java.time.Duration;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
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

    private SmallServer server;

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        imap.stop();
        smtp.close();
    }

    @Test
    @Tag("chaos")
    void a_mail_of_50_mb_comes_in_and_goes_out_with_a_heap_of_256_mb() throws Exception {
        comesInAndGoesOut(50, 256);
    }

    /** The same in small, for every build. */
    @Test
    void a_mail_of_20_mb_comes_in_and_goes_out_with_a_heap_of_160_mb() throws Exception {
        comesInAndGoesOut(20, 160);
    }

    /** R24: each in a mailbox of its own, so that as many are read at once as there are threads for it. */
    @Test
    @Tag("chaos")
    void twenty_mails_of_10_mb_come_in_at_once_with_a_heap_of_256_mb() throws Exception {
        byte[] raw = LargeMail.of(10, ADDRESS, "large").raw();
        String rawHash = Digests.sha256(raw);
        start(256);
        RestCalls rest = server.rest();
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
                .until(() -> !server.jvm().isAlive()
                        || rest.get("/mailroom/email?direction=INCOMING").size() == 20);

        server.jvm().assertWell();
        for (JsonNode in : rest.get("/mailroom/email?direction=INCOMING")) {
            assertThat(server.storedHash(in.path("id").asText()))
                    .as("read as it lay on the server")
                    .isEqualTo(rawHash);
        }
        System.out.printf(
                "20 x 10 MB in, most in use after a collection: %d MB%n",
                server.jvm().mostAfterGc());
    }

    private void comesInAndGoesOut(int megabytes, int heap) throws Exception {
        byte[] raw = LargeMail.of(megabytes, ADDRESS, "large").raw();
        String rawHash = Digests.sha256(raw);
        imap.deliver(ADDRESS, raw);
        start(heap);
        RestCalls rest = server.rest();
        rest.post("/mailroom/mailbox", """
                {"key":"big-out","description":"x","type":"OUTPUT","server":"127.0.0.1","port":%d,"security":"NONE",
                 "allowPlainText":true,"sender":"support@acme.example"}""".formatted(smtp.port()));
        server.deploy(forwarding());
        rest.post(
                "/mailroom/mailbox",
                ReceivingStoryIT.inputForm("big-in", "imap", ADDRESS, "forward", imap.port("imap")));

        await().atMost(LONG)
                .until(() -> !smtp.digests().isEmpty() || !server.jvm().isAlive());

        server.jvm().assertWell();
        JsonNode out = awaitSent(rest);
        JsonNode in = rest.get("/mailroom/email?direction=INCOMING").get(0);
        assertThat(server.storedHash(in.path("id").asText()))
                .as("read as it lay on the server")
                .isEqualTo(rawHash);
        assertThat(smtp.digests())
                .containsExactly(server.storedHash(out.path("id").asText()));
        assertThat(smtp.bytes()).isGreaterThan((long) megabytes * MB);
        server.jvm().assertWell();
        assertThat(server.jvm().gcLog()).contains("Heap Max Capacity: " + heap + "M");
        System.out.printf(
                "%d MB in and out, heap %s MB, most in use after a collection: %d MB%n",
                megabytes, heap, server.jvm().mostAfterGc());
    }

    private static JsonNode awaitSent(RestCalls rest) {
        return await().atMost(LONG)
                .until(() -> rest.get("/mailroom/email?direction=OUTGOING&state=SENT"), list -> list.size() == 1)
                .get(0);
    }

    private void start(int heap) throws InterruptedException {
        server = SmallServer.start(
                directory,
                heap,
                "--mailroom.inbound.limits.message-size=64MB",
                "--mailroom.sending.limits.attachments-size=64MB");
    }

    private static BpmnModelInstance forwarding() {
        return Bpmn.createExecutableProcess("forward")
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
                .done();
    }
}
