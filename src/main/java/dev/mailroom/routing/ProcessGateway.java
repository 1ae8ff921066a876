package dev.mailroom.routing;

import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.registry.InputMailbox;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Port: process instances as mail sees them. Every call joins the caller's transaction, runs without anybody's
 * authorization and evaluates nothing that came with a mail. Thread-safe.
 */
public interface ProcessGateway {

    /** Starts the latest version of the process with the variables of design 8. */
    Result start(Arrival arrival, String processDefinitionKey, @Nullable String businessKey);

    /** Continues the instance if a step of it waits for a reply, by task or by message {@code email-reply}. */
    Result continueInstance(Arrival arrival, String processInstanceId);

    /** Whether a startable version is deployed and active. */
    boolean isStartable(String processDefinitionKey, @Nullable String tenantId);

    /** Key of the process and business key of a running instance; empty when it ended or never was. */
    Optional<Instance> running(String processInstanceId);

    record Instance(
            String id,
            String processDefinitionKey,
            @Nullable String businessKey) {}

    /** An incoming mail with what was found out about it. */
    record Arrival(
            MailId id,
            InputMailbox mailbox,
            IncomingMessage message,
            @Nullable MessageId messageId,
            @Nullable String contract,
            Instant receivedAt,
            String classification,
            String senderVerified,
            List<String> truncated) {}

    sealed interface Result {
        record Started(Instance instance) implements Result {}

        record Continued(Instance instance, String activityId) implements Result {}

        /** The instance runs, but no step of it waits. */
        record NotWaiting(Instance instance) implements Result {}

        record Ended() implements Result {}

        /** Not deployed, or suspended: not the mail's fault. */
        record Unavailable(String reason) implements Result {}
    }
}
