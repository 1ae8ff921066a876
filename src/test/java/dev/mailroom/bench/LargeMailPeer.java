package dev.mailroom.bench;

import dev.mailroom.testing.Digests;
import dev.mailroom.testing.Models;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.cfg.StandaloneInMemProcessEngineConfiguration;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.boot.CommandLineRunner;
import org.springframework.core.env.Environment;

/**
 * An engine and one other that starts processes with mail, in a JVM of their own; each instance gets the SHA-256 of the
 * mail's file. Prints {@code PEER LISTENS}, and {@code PEER STARTED <sha>} for each mail.
 */
final class LargeMailPeer implements CommandLineRunner {

    static final String LISTENS = "PEER LISTENS";
    static final String STARTED = "PEER STARTED ";

    static final String PROCESS = "plans";

    private final Environment environment;

    LargeMailPeer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void run(String... arguments) throws Exception {
        ProcessEngine engine = new StandaloneInMemProcessEngineConfiguration().buildProcessEngine();
        engine.getRepositoryService()
                .createDeployment()
                .addModelInstance(PROCESS + ".bpmn", Models.userTask(PROCESS))
                .deploy();
        int port = environment.getRequiredProperty("peer.port", Integer.class);
        String user = environment.getRequiredProperty("peer.user");
        RuntimeService runtime = engine.getRuntimeService();
        int fetchSize = environment.getRequiredProperty("peer.fetchsize", Integer.class);
        if (environment.getRequiredProperty("peer.name").equals("spring")) {
            new ReadingPeers(runtime, PROCESS, mail -> file((MimeMessage) mail))
                    .readingAttachments(fetchSize)
                    .springIntegration("imaps", port, user);
        } else {
            Path folder = Path.of(environment.getRequiredProperty("peer.folder"));
            new ReadingPeers(runtime, PROCESS, LargeMailPeer::downloaded)
                    .readingAttachments(fetchSize)
                    .camundaMail(port, user, folder);
        }
        System.out.println(LISTENS);
        Thread.currentThread().join();
    }

    private static Map<String, Object> file(MimeMessage mail) throws Exception {
        Multipart parts = (Multipart) mail.getContent();
        return told(Digests.sha256(parts.getBodyPart(1).getInputStream()));
    }

    private static Map<String, Object> downloaded(Object mail) throws Exception {
        List<?> attachments = (List<?>) new BeanWrapperImpl(mail).getPropertyValue("attachments");
        String path = String.valueOf(new BeanWrapperImpl(attachments.get(0)).getPropertyValue("path"));
        return told(Digests.sha256(Files.newInputStream(Path.of(path))));
    }

    /** A moment before the instance is committed, which is all the same with mails that take seconds. */
    private static Map<String, Object> told(String sha256) {
        System.out.println(STARTED + sha256);
        return Map.of("file", sha256);
    }
}
