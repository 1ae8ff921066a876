package dev.mailroom.registry;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Port of the engine: the instance of {@code mailroom-input-mailbox} or {@code mailroom-output-mailbox} of a mailbox. */
public interface MailboxInstances {

    Optional<Instance> find(Mailbox mailbox);

    /** Of all mailboxes that have one, by their keys; three queries, however many they are. */
    Map<String, Instance> all();

    /** @param isSuspended a person paused the mailbox in Cockpit */
    record Instance(String processInstanceId, @Nullable String incidentId, boolean isSuspended) {}
}
