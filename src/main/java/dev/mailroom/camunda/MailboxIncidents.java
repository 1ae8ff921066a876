package dev.mailroom.camunda;

import dev.mailroom.registry.MailFigures;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxFailsOtherwise;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxHealthChanged;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.MailboxType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private final Supplier<Optional<MailFigures>> figures;
    private final TransactionTemplate newTransaction;

    /** @param newTransaction REQUIRES_NEW, since the event comes after a commit */
    MailboxIncidents(
            Supplier<ProcessEngine> engine,
            MailboxRegistry registry,
            Supplier<Optional<MailFigures>> figures,
            TransactionTemplate newTransaction) {
        this.engine = engine;
        this.registry = registry;
        this.figures = figures;
        this.newTransaction = newTransaction;
    }

    @EventListener
    void changed(MailboxHealthChanged event) {
        bringUpToDate(event.now());
    }

    /** Not for every try, which would leave a row in the history each, but when the reason is no longer the one told. */
    @EventListener
    void failsOtherwise(MailboxFailsOtherwise event) {
        bringUpToDate(event.now());
    }

    /** A failure here must not disturb the dispatcher or watcher that reported it. */
    private void bringUpToDate(MailboxHealth health) {
        try {
            newTransaction.executeWithoutResult(
                    status -> EngineAccess.asSystem(engine.get().getIdentityService(), () -> {
                        show(health);
                        return null;
                    }));
        } catch (RuntimeException e) {
            LOG.warn("Mailbox {}: its incident could not be brought up to date", health.key(), e);
        }
    }

    private void show(MailboxHealth health) {
        registry.mailbox(health.key()).ifPresent(mailbox -> {
            String key = mailbox.key();
            resolve(mailbox.type(), key);
            if (health.state() == MailboxHealth.State.FAILING) {
                create(mailbox.type(), key, text(health, waiting(mailbox)));
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

    private String waiting(Mailbox mailbox) {
        return figures.get()
                .map(journal -> journal.waiting(mailbox))
                .map(mails -> mails == 0 ? "no mail waits" : mails == 1 ? "1 mail waits" : mails + " mails wait")
                .orElse("");
    }

    /** What changes with every try says as of when it holds: the incident stays as it is while the reason does. */
    private static String text(MailboxHealth health, String waiting) {
        StringBuilder text = new StringBuilder(
                health.reason() == null ? "The mailbox fails" : health.reason().text());
        Instant writtenAt = health.lastErrorAt() == null ? health.since() : health.lastErrorAt();
        if (health.since() != null) {
            text.append("; since ").append(minute(health.since()));
        }
        List<String> asOf = new ArrayList<>();
        if (health.nextTry() != null) {
            asOf.add("next try " + minute(health.nextTry()));
        }
        if (!waiting.isEmpty()) {
            asOf.add(waiting);
        }
        if (writtenAt != null && !asOf.isEmpty()) {
            text.append("; as of ").append(minute(writtenAt)).append(": ").append(String.join(", ", asOf));
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
