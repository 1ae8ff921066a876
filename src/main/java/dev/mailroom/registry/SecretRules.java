package dev.mailroom.registry;

import dev.mailroom.registry.Mailbox.Authentication;
import dev.mailroom.registry.OAuth2Settings.Grant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which secrets a mailbox needs, and when a stored one may stay. A stored secret is never used with other values than
 * those it was stored with; else whoever may edit a mailbox could have its password sent to a server of their own.
 */
final class SecretRules {

    private SecretRules() {}

    /**
     * @param before what is stored; null for a new mailbox
     * @param stored secrets that are set
     */
    static void check(
            MailboxForm form, Mailbox after, @Nullable Mailbox before, Set<SecretField> stored, Faults faults) {
        List<String> changed = before == null ? List.of() : changedBetween(before, after);
        Set<SecretField> required = required(after);
        Set<SecretField> usable = usable(after);
        for (SecretField field : SecretField.values()) {
            SecretChange change = field.in(form);
            if (change instanceof SecretChange.Replace replace) {
                checkText(field, replace.secret(), usable, after, faults);
            } else if (change instanceof SecretChange.Keep && stored.contains(field) && usable.contains(field)) {
                if (!changed.isEmpty()) {
                    faults.add(field.path(), "must be given again, as " + String.join(", ", changed) + " changed");
                }
            } else if (required.contains(field)) {
                faults.add(field.path(), "is required with authentication " + after.authentication());
            }
        }
    }

    private static void checkText(
            SecretField field, Secret secret, Set<SecretField> usable, Mailbox after, Faults faults) {
        if (secret.reveal().isEmpty()) {
            faults.add(field.path(), "must not be empty; null removes it");
        } else if (!usable.contains(field)) {
            faults.add(
                    field.path(),
                    "is not used with authentication " + after.authentication()
                            + (after.oauth2() == null
                                    ? ""
                                    : " and grant " + after.oauth2().grant()));
        } else if (field != SecretField.SERVICE_ACCOUNT_KEY
                && secret.reveal().chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            faults.add(field.path(), "must not contain line breaks or other control characters");
        } else if (secret.reveal().length() > 20_000) {
            faults.add(field.path(), "must have at most 20000 characters");
        }
    }

    /** Fields that differ and decide where a secret goes, by their names in REST. */
    static List<String> changedBetween(Mailbox before, Mailbox after) {
        List<String> changed = new ArrayList<>();
        add(changed, "server", before.server().host(), after.server().host());
        add(changed, "port", before.server().port(), after.server().port());
        add(changed, "user", before.user(), after.user());
        if (before instanceof InputMailbox old && after instanceof InputMailbox now) {
            add(changed, "provider", old.provider(), now.provider());
            add(changed, "startTls", old.server().security(), now.server().security());
        } else {
            add(changed, "security", before.server().security(), after.server().security());
        }
        add(changed, "authentication", before.authentication(), after.authentication());
        OAuth2Settings old = before.oauth2();
        OAuth2Settings now = after.oauth2();
        add(changed, "oauth2.tokenUrl", old == null ? null : old.tokenUrl(), now == null ? null : now.tokenUrl());
        add(changed, "oauth2.clientId", old == null ? null : old.clientId(), now == null ? null : now.clientId());
        return changed;
    }

    private static void add(List<String> changed, String field, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            changed.add(field);
        }
    }

    static Set<SecretField> required(Mailbox mailbox) {
        return switch (mailbox.authentication()) {
            case NONE -> EnumSet.noneOf(SecretField.class);
            case PASSWORD -> EnumSet.of(SecretField.PASSWORD);
            case OAUTH2 ->
                switch (grant(mailbox)) {
                    case CLIENT_CREDENTIALS -> EnumSet.of(SecretField.CLIENT_SECRET);
                    case REFRESH_TOKEN -> EnumSet.of(SecretField.REFRESH_TOKEN);
                    case SERVICE_ACCOUNT -> EnumSet.of(SecretField.SERVICE_ACCOUNT_KEY);
                };
        };
    }

    /** Those required, and the client secret that a refresh token may come with. */
    static Set<SecretField> usable(Mailbox mailbox) {
        Set<SecretField> usable = required(mailbox);
        if (mailbox.authentication() == Authentication.OAUTH2 && grant(mailbox) == Grant.REFRESH_TOKEN) {
            usable.add(SecretField.CLIENT_SECRET);
        }
        return usable;
    }

    private static Grant grant(Mailbox mailbox) {
        return mailbox.oauth2() == null
                ? Grant.CLIENT_CREDENTIALS
                : mailbox.oauth2().grant();
    }
}
