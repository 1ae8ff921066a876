package dev.mailroom.registry;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Port of the engine: the instance of {@code mailroom-input-mailbox} or {@code mailroom-output-mailbox} of a mailbox. */
public interface MailboxInstances {

    Optional<Instance> find(Mailbox mailbox);

    /** @param isSuspended a person paused the mailbox in Cockpit */
    record Instance(String processInstanceId, @Nullable String incidentId, boolean isSuspended) {}
}
