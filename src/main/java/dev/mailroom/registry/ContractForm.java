package dev.mailroom.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A contract as a person writes it; {@code null} means the field's default. */
public record ContractForm(
        @Nullable String key,
        @Nullable String name,
        @Nullable String customer,
        @Nullable String emailOutbox,
        @Nullable List<String> domains,
        @Nullable List<String> contacts,
        @Nullable String locale,
        @Nullable String timeZone,
        @Nullable List<String> groups,
        @Nullable String tenantId,
        @Nullable Boolean enabled,
        @Nullable Integer revision) {}
