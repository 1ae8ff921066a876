package dev.mailroom.camunda;

import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxHealthChanged;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.MailboxType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Supplier;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Execution;
import org.camunda.bpm.engine.runtime.Incident;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.transaction.support.TransactionTemplate;

/** A mailbox that fails is red in Cockpit: an incident on its instance says why, and goes when it works. Thread-safe. */
class MailboxIncidents {

    static final String TYPE = "mailboxFailing";

    private static final Logger LOG = LoggerFactory.getLogger(MailboxIncidents.class);

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final Supplier<ProcessEngine> engine;
    private final MailboxRegistry registry;
    private final TransactionTemplate newTransaction;

    /** @param newTransaction REQUIRES_NEW, since the event comes after a commit */
    MailboxIncidents(Supplier<ProcessEngine> engine, MailboxRegistry registry, TransactionTemplate newTransaction) {
        this.engine = engine;
        this.registry = registry;
        this.newTransaction = newTransaction;
    }

    /** A failure here must not disturb the dispatcher or watcher that reported it. */
    @EventListener
    void changed(MailboxHealthChanged event) {
        try {
            newTransaction.executeWithoutResult(
                    status -> EngineAccess.asSystem(engine.get().getIdentityService(), () -> {
                        show(event.now());
                        return null;
                    }));
        } catch (RuntimeException e) {
            LOG.warn(
                    "Mailbox {}: its incident could not be brought up to date",
                    event.now().key(),
                    e);
        }
    }

    private void show(MailboxHealth health) {
        registry.mailbox(health.key()).ifPresent(mailbox -> {
            String key = mailbox.key();
            resolve(mailbox.type(), key);
            if (health.state() == MailboxHealth.State.FAILING) {
                create(mailbox.type(), key, text(health));
            }
        });
    }

    private void create(MailboxType type, String key, String text) {
        List<Execution> waiting = runtime()
                .createExecutionQuery()
                .processDefinitionKey(MailboxInstances.processKey(type))
                .processInstanceBusinessKey(key)
                .activityId(activity(type))
                .list();
        if (!waiting.isEmpty()) {
            runtime().createIncident(TYPE, waiting.get(0).getId(), key, text);
        }
    }

    private void resolve(MailboxType type, String key) {
        for (Incident incident : runtime()
                .createIncidentQuery()
                .incidentType(TYPE)
                .configuration(key)
                .list()) {
            if (activity(type).equals(incident.getActivityId())) {
                runtime().resolveIncident(incident.getId());
            }
        }
    }

    private static String activity(MailboxType type) {
        return type == MailboxType.INPUT ? MailroomModels.READ_MAILBOX_TASK : MailroomModels.SEND_MAIL_TASK;
    }

    private static String text(MailboxHealth health) {
        StringBuilder text = new StringBuilder(
                health.reason() == null ? "The mailbox fails" : health.reason().text());
        if (health.since() != null) {
            text.append("; since ").append(minute(health.since()));
        }
        if (health.nextTry() != null) {
            text.append("; next try ").append(minute(health.nextTry()));
        }
        return text.toString();
    }

    /** Cockpit shows incidents as one line: a minute is exact enough there. */
    private static String minute(Instant instant) {
        return MINUTE.format(instant);
    }

    private RuntimeService runtime() {
        return engine.get().getRuntimeService();
    }
}
