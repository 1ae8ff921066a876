package dev.mailroom.bench;

import dev.mailroom.access.Caller;
import dev.mailroom.outbox.EmailSent;
import dev.mailroom.outbox.OutboxDispatcher;
import dev.mailroom.registry.MailboxAdministration;
import dev.mailroom.registry.SendingSwitch;
import dev.mailroom.server.MailroomServer;
import dev.mailroom.testing.MailboxForms;
import dev.mailroom.testing.TestCertificates;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The whole server on a PostgreSQL that forgets nothing ({@code fsync}, {@code synchronous_commit} and
 * {@code full_page_writes} on), history full. Its tables are filled before the first run and never emptied.
 */
final class BenchServer implements AutoCloseable {

    private final EmbeddedPostgres postgres;
    private final ConfigurableApplicationContext context;
    private final AtomicLong sent = new AtomicLong();

    private BenchServer(EmbeddedPostgres postgres, ConfigurableApplicationContext context) {
        this.postgres = postgres;
        this.context = context;
        context.addApplicationListener(event -> {
            if (event instanceof PayloadApplicationEvent<?> told && told.getPayload() instanceof EmailSent) {
                sent.incrementAndGet();
            }
        });
    }

    static BenchServer start(String... settings) {
        return start(null, settings);
    }

    /** @param directory where the database has its files; null: among the temporary files */
    static BenchServer start(@Nullable Path directory, String... settings) {
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on");
            // -Dbench.postgres=log_statement=all,… while looking for something.
            for (String more : System.getProperty("bench.postgres", "").split(",")) {
                if (more.contains("=")) {
                    builder.setServerConfig(
                            more.substring(0, more.indexOf('=')), more.substring(more.indexOf('=') + 1));
                }
            }
            if (directory != null) {
                builder.setDataDirectory(Files.createTempDirectory(directory, "mailroom-bench"))
                        .setCleanDataDirectory(true);
            }
            EmbeddedPostgres postgres = builder.start();
            SpringApplication server = MailroomServer.application();
            server.addInitializers(started -> {
                var beans = ((ConfigurableApplicationContext) started).getBeanFactory();
                beans.registerSingleton("benchJobs", new BenchJobs());
                beans.registerSingleton("benchArrivals", new BenchArrivals());
            });
            List<String> all = new ArrayList<>(List.of(
                    "--server.port=0",
                    "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                    "--spring.datasource.username=postgres",
                    "--spring.datasource.password=postgres",
                    "--spring.datasource.hikari.maximum-pool-size=40",
                    "--spring.jpa.hibernate.ddl-auto=none",
                    "--camunda.bpm.history-level=full",
                    // A peer's, on the class path with the profile bench only.
                    "--spring.autoconfigure.exclude="
                            + "org.springframework.boot.autoconfigure.integration.IntegrationAutoConfiguration",
                    "--camunda.bpm.auto-deployment-enabled=false",
                    "--camunda.bpm.admin-user.id=demo",
                    "--camunda.bpm.admin-user.password=demo",
                    "--mailroom.data-dir=target/bench/data",
                    "--mailroom.secrets.key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                    "--mailroom.network.allow=127.0.0.0/8"));
            all.addAll(Arrays.asList(settings));
            // -Dbench.settings=mailroom.outbox.complete-together=16,… while looking for something.
            Arrays.stream(System.getProperty("bench.settings", "").split(","))
                    .filter(more -> more.contains("="))
                    .map("--"::concat)
                    .forEach(all::add);
            BenchServer started = new BenchServer(postgres, server.run(all.toArray(String[]::new)));
            BenchProcesses.deploy(started.engine().getRepositoryService());
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    ProcessEngine engine() {
        return bean(ProcessEngine.class);
    }

    TransactionTemplate transaction() {
        return new TransactionTemplate(bean(PlatformTransactionManager.class));
    }

    /** What the database has written to its log since it began, in bytes: what each mail costs a disk. */
    long logWritten() {
        return jdbc().sql("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
                .query(Long.class)
                .single();
    }

    JdbcClient jdbc() {
        return JdbcClient.create(bean(javax.sql.DataSource.class));
    }

    BenchJobs jobs() {
        return bean(BenchJobs.class);
    }

    /** The engine's own, as an application has it. */
    JobExecutor jobExecutor() {
        return ((ProcessEngineConfigurationImpl) engine().getProcessEngineConfiguration()).getJobExecutor();
    }

    BenchArrivals arrivals() {
        return bean(BenchArrivals.class);
    }

    /** An Input mailbox whose account has the same name, read from the first mail on, marked as seen afterwards. */
    void inputMailbox(String key, String provider, int port, String interval, boolean push, String process) {
        Map<String, Object> fields = new HashMap<>(account(key, "INPUT", port));
        fields.putAll(Map.of(
                "provider",
                provider,
                "folder",
                "INBOX",
                "address",
                key + "@acme.example",
                "afterReading",
                "SEEN",
                "startFrom",
                "ALL",
                "pollInterval",
                interval,
                "push",
                push,
                "processDefinitionKey",
                process));
        if (!provider.endsWith("s")) {
            fields.putAll(Map.of("startTls", false, "allowPlainText", true));
        }
        bean(MailboxAdministration.class).create(Caller.SYSTEM, MailboxForms.of(fields));
    }

    private static Map<String, Object> account(String key, String type, int port) {
        return Map.of(
                "key", key,
                "description", key,
                "type", type,
                "enabled", true,
                "server", "127.0.0.1",
                "port", port,
                "user", key,
                "password", "secret",
                "trustedCertificates", TestCertificates.authority());
    }

    void switchOff(String mailbox) {
        bean(MailboxAdministration.class).setEnabled(Caller.SYSTEM, mailbox, false);
    }

    /** An Output mailbox with STARTTLS and login. */
    void outputMailbox(String key, int port, int connections) {
        Map<String, Object> fields = new HashMap<>(account(key, "OUTPUT", port));
        fields.putAll(Map.of("security", "STARTTLS", "sender", key + "@acme.example", "maxConnections", connections));
        bean(MailboxAdministration.class).create(Caller.SYSTEM, MailboxForms.of(fields));
    }

    void sending(boolean enabled) {
        bean(SendingSwitch.class).set(Caller.SYSTEM, enabled, null);
    }

    void wake(String mailbox) {
        bean(OutboxDispatcher.class).wake(mailbox);
    }

    /** What a change of the mailbox does, and the button that tests it: no waiting for the next probe. */
    void tryNow(String mailbox) {
        MailboxAdministration mailboxes = bean(MailboxAdministration.class);
        mailboxes.setEnabled(Caller.SYSTEM, mailbox, false);
        mailboxes.setEnabled(Caller.SYSTEM, mailbox, true);
    }

    /**
     * Starts instances with several threads, lane after lane in turn.
     *
     * @param told gets each lane in which one was started
     * @return seconds until the last one was started
     */
    double startInstances(String process, int count, int lanes, int threads, IntConsumer told) {
        long begin = System.nanoTime();
        inThreads(threads, thread -> {
            for (int i = thread; i < count; i += threads) {
                int lane = i / threads % lanes;
                engine().getRuntimeService()
                        .startProcessInstanceByKey(
                                process, Map.of("lane", lane, "number", String.valueOf(System.nanoTime())));
                told.accept(lane);
            }
        });
        return seconds(begin);
    }

    static void inThreads(int threads, IntConsumer work) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                all.add(pool.submit(() -> work.accept(number)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            pool.shutdown();
        }
    }

    static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Looks every few milliseconds. */
    static void await(int seconds, String what, BooleanSupplier reached) {
        long begin = System.nanoTime();
        while (!reached.getAsBoolean()) {
            if (seconds(begin) > seconds) {
                throw new IllegalStateException("After " + seconds + " s still not: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Mails that this server has sent and recorded so far. */
    long sent() {
        return sent.get();
    }

    /** Until no mail waits: all are recorded, and their instances went on. */
    void awaitAllSent(int seconds) {
        await(seconds, "all mails sent", () -> {
            LockSupport.parkNanos(15_000_000);
            return jdbc().sql("select not exists (select 1 from MAILROOM_MAIL where STATE in"
                            + " ('QUEUED', 'SENDING', 'RETRYING', 'UNCERTAIN', 'FAILED'))")
                    .query(Boolean.class)
                    .single();
        });
    }

    @Override
    public void close() {
        context.close();
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
