package dev.mailroom.journal;

import org.jspecify.annotations.Nullable;

/** Where in the engine a mail belongs; opaque strings to everyone but the engine side. */
public record Origin(
        @Nullable String processInstanceId,
        @Nullable String processDefinitionId,
        @Nullable String processDefinitionKey,
        @Nullable String businessKey,
        @Nullable String activityId,
        @Nullable String activityInstanceId,
        @Nullable String executionId,
        @Nullable String externalTaskId) {

    public static final Origin NONE = new Origin(null, null, null, null, null, null, null, null);
}
