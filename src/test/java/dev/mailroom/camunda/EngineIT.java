package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalQuery;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.outbox.DeliveryQueue;
import dev.mailroom.testing.CountingDatabase;
import dev.mailroom.testing.FakeRegistry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An engine with Mailroom in it, authorization on, nobody sending: tests turn the queue by hand. One context for all of
 * the package; each test has process keys of its own and leaves no instance behind.
 */
@SpringBootTest(
        classes = EngineIT.Application.class,
        properties = {
            "spring.datasource.url=jdbc:h2:mem:engine-it;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
            "mailroom.data-dir=target/engine-it",
            "mailroom.sending.enabled=false",
            "spring.liquibase.enabled=false",
            "mailroom.secrets.key=",
            "camunda.bpm.job-execution.enabled=false",
            "camunda.bpm.authorization.enabled=true",
            "camunda.bpm.generic-properties.properties.history-time-to-live=P1D",
            "camunda.bpm.admin-user.id=demo",
            "camunda.bpm.admin-user.password=demo",
        })
abstract class EngineIT {

    static final Duration LEASE = Duration.ofMinutes(5);
    private static final AtomicInteger NAMES = new AtomicInteger();

    /** Of the one context. */
    static CountingDatabase database;

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        FakeRegistry fakeRegistry() {
            FakeRegistry registry = new FakeRegistry();
            registry.output("platform-out", "Platform <platform@mailroom.example>", true, null);
            return registry;
        }

        @Bean
        static BeanPostProcessor countedDatabase() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    if (bean instanceof DataSource target) {
                        database = new CountingDatabase(target);
                        return database.dataSource();
                    }
                    return bean;
                }
            };
        }
    }

    @Autowired
    ProcessEngine engine;

    @Autowired
    RuntimeService runtime;

    @Autowired
    RepositoryService repository;

    @Autowired
    ExternalTaskService externalTasks;

    @Autowired
    HistoryService history;

    @Autowired
    IdentityService identity;

    @Autowired
    Journal journal;

    @Autowired
    DeliveryQueue queue;

    @Autowired
    FakeRegistry registry;

    @Autowired
    PlatformTransactionManager transactions;

    @BeforeEach
    void open() {
        BpmnAwareTests.init(engine);
        registry.output("acme-outgoing", "Acme Support <support@acme.example>", false, null);
        registry.contract("acme", "acme-outgoing", "Ana <ana@customer.example>");
    }

    @AfterEach
    void leave_no_instance() {
        identity.clearAuthentication();
        List<String> leftOver = runtime.createProcessInstanceQuery().list().stream()
                .filter(instance -> !Set.of(MailroomModels.INPUT_MAILBOX, MailroomModels.OUTPUT_MAILBOX)
                        .contains(instance.getProcessDefinitionKey()))
                .map(ProcessInstance::getRootProcessInstanceId)
                .distinct()
                .toList();
        if (!leftOver.isEmpty()) {
            runtime.deleteProcessInstances(leftOver, "test is over", true, true);
        }
    }

    static String unique(String prefix) {
        return prefix + NAMES.incrementAndGet();
    }

    /** Deploys what stands inside a process element. @return the process key */
    String deploy(String elements) {
        String key = unique("process");
        deployAs(key, elements);
        return key;
    }

    String deployAs(String key, String elements) {
        return repository
                .createDeployment()
                .addInputStream(
                        key + ".bpmn",
                        new ByteArrayInputStream(EmailXml.file(key, elements).getBytes(StandardCharsets.UTF_8)))
                .deployWithResult()
                .getDeployedProcessDefinitions()
                .get(0)
                .getId();
    }

    ProcessInstance start(String key, Map<String, Object> variables) {
        return runtime.startProcessInstanceByKey(key, variables);
    }

    List<JournalEntry> mails(ProcessInstance instance) {
        return journal.list(
                JournalQuery.ofInstance(null, instance.getId()),
                new JournalQuery.Page(0, 1000, JournalQuery.SortBy.CREATED_AT, true));
    }

    JournalEntry mail(ProcessInstance instance) {
        List<JournalEntry> mails = mails(instance);
        assertThat(mails).hasSize(1);
        return mails.get(0);
    }

    List<MailState> states(ProcessInstance instance) {
        return mails(instance).stream().map(JournalEntry::state).toList();
    }

    List<String> recipients(JournalEntry entry) {
        return journal.recipients(entry.id()).stream()
                .map(RecipientEntry::address)
                .map(address -> address.address())
                .toList();
    }

    ExternalTask task(ProcessInstance instance) {
        return externalTasks
                .createExternalTaskQuery()
                .processInstanceId(instance.getId())
                .singleResult();
    }

    List<ExternalTask> tasks(ProcessInstance instance) {
        return externalTasks
                .createExternalTaskQuery()
                .processInstanceId(instance.getId())
                .list();
    }

    Incident incident(ProcessInstance instance) {
        return runtime.createIncidentQuery().processInstanceId(instance.getId()).singleResult();
    }

    DeliveryQueue.Claim claim(ProcessInstance instance, String mailbox) {
        ExternalTask task = task(instance);
        if (task.getWorkerId() != null) {
            // An earlier claim of the test took it along.
            return new DeliveryQueue.Claim(task.getId(), task.getWorkerId(), mailbox);
        }
        return transaction(() -> queue.claim(mailbox, 100, LEASE)).stream()
                .filter(claim -> claim.taskId().equals(task.getId()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("The task of " + instance.getId() + " could not be claimed"));
    }

    static DeliveryQueue.Result result(JournalEntry mail, String status) {
        return new DeliveryQueue.Result(
                mail.id(),
                mail.heading().messageId(),
                status,
                List.of(),
                mail.place().mailbox());
    }

    <T> T transaction(java.util.function.Supplier<T> work) {
        return new TransactionTemplate(transactions).execute(status -> work.get());
    }

    static Map<String, Object> variables(Object... namesAndValues) {
        Map<String, Object> variables = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return variables;
    }
}
