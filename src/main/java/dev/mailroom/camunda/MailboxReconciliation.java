package dev.mailroom.camunda;

import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;

/** Once the application stands, each enabled mailbox has its instance. */
final class MailboxReconciliation {

    private final MailboxInstances instances;

    MailboxReconciliation(MailboxInstances instances) {
        this.instances = instances;
    }

    @EventListener(ContextRefreshedEvent.class)
    void started() {
        instances.reconcile();
    }
}
