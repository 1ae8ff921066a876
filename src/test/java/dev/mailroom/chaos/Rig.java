package dev.mailroom.chaos;

import dev.mailroom.access.Caller;
import dev.mailroom.chaos.Judge.Verdict;
import dev.mailroom.registry.MailboxAdministration;
import dev.mailroom.testing.MailboxForms;
import dev.mailroom.testing.ScriptedSmtpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The proving ground: a database, mail servers whose accepted messages are logged, an engine that gives work and never
 * sends, and nodes in JVMs of their own that send and may be killed. Everything on 127.0.0.1 and below
 * {@code target/chaos}; everything ends with it.
 *
 * <pre>
 * try (Rig rig = Rig.onPostgres("r6")) {
 *     ScriptedSmtpServer server = rig.server();
 *     rig.mailbox("out", server, "");
 *     rig.give(1000, rig.process("out", ""));
 *     rig.node("node-1").start().work();
 *     rig.awaitSettled(Duration.ofMinutes(2));
 *     assertThat(rig.verdict().isSound()).isTrue();
 * }
 * </pre>
 */
public final class Rig implements AutoCloseable {

    /** On the class path of the tests, and slow to start or unable to without a web server. */
    private static final List<String> NOT_NEEDED = List.of(
            "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration",
            "org.camunda.bpm.spring.boot.starter.webapp.CamundaBpmWebappAutoConfiguration",
            "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration",
            "org.springframework.boot.autoconfigure.data.jpa.JpaRepositoriesAutoConfiguration",
            "org.springframework.boot.autoconfigure.jersey.JerseyAutoConfiguration",
            "org.springframework.boot.autoconfigure.liquibase.LiquibaseAutoConfiguration");

    private static final AtomicInteger RIGS = new AtomicInteger();

    static {
        // The threads of GreenMail throw when a line breaks, and the JVM has one handler for all proofs in it.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

    /** Larger than what two sockets hold between them: while the server does not read, the node cannot reach the dot. */
    static final Map<String, String> LARGE_BODY =
            Map.of("emailBody", "${'0123456789 123456789 123456789 123456789 123456789 123456789 '.repeat(70000)}");

    private final Path directory;
    private final ChaosDatabase database;
    private final AcceptanceLog log;
    private final List<ScriptedSmtpServer> servers = new ArrayList<>();
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final Set<String> intent = ConcurrentHashMap.newKeySet();
    private final AtomicInteger given = new AtomicInteger();
    private ConfigurableApplicationContext giver;

    private Rig(Path directory, ChaosDatabase database) {
        this.directory = directory;
        this.database = database;
        this.log = AcceptanceLog.at(directory.resolve("accepted.log"));
        this.giver = openGiver();
    }

    public static Rig onPostgres(String name) {
        Path directory = directory(name);
        return new Rig(directory, ChaosDatabase.postgres(directory));
    }

    /** For one node at a time, and {@link #closeGiver} before it starts: the file belongs to one JVM. */
    public static Rig onH2File(String name) {
        Path directory = directory(name);
        return new Rig(directory, ChaosDatabase.h2File(directory));
    }

    private static Path directory(String name) {
        try {
            Path chaos = Files.createDirectories(Path.of("target", "chaos"));
            return Files.createTempDirectory(chaos, name + "-" + RIGS.incrementAndGet() + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>(database.settings());
        settings.put("mailroom.data-dir", directory.resolve("data").toString());
        settings.put("mailroom.secrets.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        settings.put("mailroom.network.allow", "127.0.0.0/8");
        settings.put("camunda.bpm.auto-deployment-enabled", "false");
        settings.put("camunda.bpm.generic-properties.properties.history-time-to-live", "P1D");
        settings.put("spring.liquibase.enabled", "false");
        settings.put("spring.autoconfigure.exclude", String.join(",", NOT_NEEDED));
        settings.put("spring.main.banner-mode", "off");
        settings.put("spring.jmx.enabled", "false");
        return settings;
    }

    private ConfigurableApplicationContext openGiver() {
        ConfigurableApplicationContext opened = new SpringApplicationBuilder(Giver.class)
                .web(WebApplicationType.NONE)
                .properties(new TreeMap<>(settings()))
                .properties(
                        "camunda.bpm.job-execution.enabled=false",
                        "mailroom.inbound.enabled=false",
                        "spring.datasource.hikari.maximum-pool-size=8")
                .run();
        // It would decide what nodes that die leave behind.
        opened.getBean("mailroomWatcherThreads", Lifecycle.class).stop();
        return opened;
    }

    /** Gives up the database, as H2 wants it before a node can have it. */
    public void closeGiver() {
        giver.close();
    }

    public void reopenGiver() {
        giver = openGiver();
    }

    public Path directory() {
        return directory;
    }

    public ChaosDatabase database() {
        return database;
    }

    /** A mail server whose accepted messages are logged. */
    public ScriptedSmtpServer server() {
        return server(mail -> {});
    }

    /** @param taken told of each accepted message, after it was logged and before the answer */
    public ScriptedSmtpServer server(Consumer<ScriptedSmtpServer.ReceivedMail> taken) {
        ScriptedSmtpServer server = ScriptedSmtpServer.start(Seed.VALUE).witnessedBy(log.andThen(taken));
        servers.add(server);
        return server;
    }

    /** @param more JSON fields of the mailbox, each with a comma before it, such as {@code ,"maxConnections":8} */
    public void mailbox(String key, ScriptedSmtpServer server, String more) {
        register(form(key, server, more));
    }

    private static String form(String key, ScriptedSmtpServer server, String more) {
        return """
                {"key":"%s","description":"%s","type":"OUTPUT","server":"127.0.0.1","port":%d,"security":"NONE",
                 "allowPlainText":true,"sender":"%s@sender.example"%s}""".formatted(key, key, server.port(), key, more);
    }

    /** The same mailbox with other settings, saved by a person. */
    public void change(String key, ScriptedSmtpServer server, String more) {
        bean(MailboxAdministration.class).update(Caller.SYSTEM, key, MailboxForms.of(form(key, server, more)));
    }

    /** @param form the mailbox as JSON, as REST takes it */
    public void register(String form) {
        bean(MailboxAdministration.class).create(Caller.SYSTEM, MailboxForms.of(form));
    }

    /** Deploys a process of one mail through this mailbox. @return its key */
    public String process(String mailbox) {
        return process(mailbox, false, Map.of());
    }

    /**
     * @param asynchronous whether a node's job executor runs the task, so that row and task are written there
     * @param inputs more parameters of the task, or other values
     */
    public String process(String mailbox, boolean asynchronous, Map<String, String> inputs) {
        String key = "chaos-" + mailbox + "-" + given.incrementAndGet();
        Map<String, String> all = new TreeMap<>(Map.of(
                "emailOutbox", "specific",
                "emailMailbox", mailbox,
                "emailTo", "customer-${number}@customer.example",
                "emailSubject", "Number ${number}",
                "emailBody", "Dear customer, this is number ${number}."));
        all.putAll(inputs);
        var task = Bpmn.createExecutableProcess(key)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .serviceTask("send")
                .name("Tell the customer")
                .camundaAsyncBefore(asynchronous)
                .camundaDelegateExpression("${sendMessageEmail}");
        all.forEach(task::camundaInputParameter);
        deploy(key, task.endEvent().done());
        return key;
    }

    public void deploy(String key, BpmnModelInstance model) {
        engine().getRepositoryService()
                .createDeployment()
                .addModelInstance(key + ".bpmn", model)
                .deploy();
    }

    /** Starts instances, each in a transaction of its own: from then on each of them wants its mail. */
    public List<String> give(int count, String process) {
        List<String> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(giveOne(process));
        }
        return started;
    }

    public String giveOne(String process) {
        String instance = start(process);
        intent.add(instance);
        return instance;
    }

    private String start(String process) {
        return engine().getRuntimeService()
                .startProcessInstanceByKey(process, Map.<String, Object>of("number", given.incrementAndGet()))
                .getId();
    }

    /** Starts instances whose transaction is rolled back: none of them wants anything. */
    public void giveAndTakeBack(int count, String process) {
        TransactionTemplate transaction = new TransactionTemplate(bean(PlatformTransactionManager.class));
        for (int i = 0; i < count; i++) {
            transaction.executeWithoutResult(status -> {
                start(process);
                status.setRollbackOnly();
            });
        }
    }

    /**
     * A node about to start, quick to notice and to take over: what waits minutes in production waits seconds here. Ends
     * with the rig.
     */
    public Starting node(String name) {
        NodeProcess.Builder builder = new NodeProcess.Builder(name, directory, settings())
                .with("mailroom.outbox.poll-interval", "PT0.5S")
                .with("mailroom.outbox.lease", "PT2S")
                .with("mailroom.breaker.probe-after", "PT0.5S")
                .with("mailroom.breaker.longest-probe", "PT1S")
                .with("mailroom.smtp.timeout.connect", "PT5S")
                .with("mailroom.smtp.timeout.command", "PT10S")
                .with("mailroom.smtp.timeout.dot", "PT10S")
                .with("camunda.bpm.job-execution.enabled", "false")
                .with("spring.datasource.hikari.maximum-pool-size", "16");
        return new Starting(builder);
    }

    /** A node about to start in this rig. */
    public final class Starting {

        private final NodeProcess.Builder builder;

        private Starting(NodeProcess.Builder builder) {
            this.builder = builder;
        }

        public Starting with(String setting, String value) {
            builder.with(setting, value);
            return this;
        }

        public Starting jvm(String option) {
            builder.jvm(option);
            return this;
        }

        /** Has a job executor, quick to notice that another node died over a job. */
        public Starting withJobs() {
            return with("camunda.bpm.job-execution.enabled", "true")
                    .with("camunda.bpm.job-execution.lock-time-in-millis", "4000")
                    .with("camunda.bpm.job-execution.wait-time-in-millis", "200")
                    .with("camunda.bpm.job-execution.max-wait", "500");
        }

        public Starting dyingAt(CrashPoint point, int times) {
            builder.dyingAt(point, times);
            return this;
        }

        public Starting freezingAt(CrashPoint point) {
            builder.freezingAt(point);
            return this;
        }

        public NodeProcess start() {
            NodeProcess node = builder.start();
            synchronized (nodes) {
                nodes.add(node);
            }
            return node;
        }
    }

    public ProcessEngine engine() {
        return bean(ProcessEngine.class);
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(bean(DataSource.class));
    }

    public <T> T bean(Class<T> type) {
        return giver.getBean(type);
    }

    /** Copies that servers took so far. */
    public int accepted() {
        return servers.stream().mapToInt(server -> server.messages().size()).sum();
    }

    /** Waits until no mail and no instance given is on its way any more: each has ended or waits for a person. */
    public void awaitSettled(Duration atMost) {
        Awaitility.await().atMost(atMost).pollInterval(Duration.ofMillis(250)).untilAsserted(() -> {
            long moving = moving();
            if (moving > 0) {
                throw new AssertionError(moving + " mails are still on their way\n" + lastWords());
            }
        });
    }

    private long moving() {
        long mails = jdbc().sql("select count(*) from MAILROOM_MAIL where DIRECTION = 'OUTGOING'"
                        + " and STATE in ('QUEUED', 'SENDING', 'RETRYING')")
                .query(Long.class)
                .single();
        // An instance whose job was not run yet has no mail so far.
        if (mails > 0 && nodes.stream().noneMatch(NodeProcess::isAlive)) {
            throw new IllegalStateException("No node is alive to send " + mails + " mails\n" + lastWords());
        }
        return mails + engine().getManagementService().createJobQuery().count();
    }

    public Evidence evidence() {
        return Evidence.read(jdbc(), engine(), Set.copyOf(intent), log.all());
    }

    public Verdict verdict() {
        return Judge.judge(evidence());
    }

    /** Only about these instances, and what no instance wanted. */
    public Verdict verdict(Collection<String> instances) {
        return Judge.judge(evidence().about(Set.copyOf(instances)));
    }

    /** The state of the mails of this instance. */
    public List<String> states(String instance) {
        return jdbc().sql("select STATE from MAILROOM_MAIL where PROCESS_INSTANCE_ID = ?")
                .param(instance)
                .query(String.class)
                .list();
    }

    /** The end of what each node printed, for the report of a failure. */
    public String lastWords() {
        StringBuilder words = new StringBuilder();
        synchronized (nodes) {
            for (NodeProcess node : nodes.subList(Math.max(0, nodes.size() - 3), nodes.size())) {
                String said = node.said();
                words.append("--- ")
                        .append(node.name())
                        .append(" (")
                        .append(directory)
                        .append(")\n");
                words.append(said.substring(Math.max(0, said.length() - 3000))).append('\n');
            }
        }
        return words.toString();
    }

    /** SIGKILL to every node of this rig. */
    public void killNodes() {
        synchronized (nodes) {
            nodes.forEach(NodeProcess::close);
        }
    }

    @Override
    public void close() {
        killNodes();
        servers.forEach(ScriptedSmtpServer::close);
        giver.close();
        log.close();
        database.close();
    }
}
