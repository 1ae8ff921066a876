package dev.mailroom.registry;

import dev.mailroom.access.Caller;
import dev.mailroom.problem.ConflictProblem;
import dev.mailroom.problem.InUseProblem;
import dev.mailroom.registry.MailboxTable.Entry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;

/** Writes mailboxes: checks the form and asks the DNS first, then everything else in one transaction. */
final class MailboxSaving {

    private final MailboxTable mailboxes;
    private final MailboxReferences references;
    private final SecretVault vault;
    private final MailboxViews views;
    private final HostCheck hosts;
    private final RegistryChange change;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    MailboxSaving(
            MailboxTable mailboxes,
            MailboxReferences references,
            SecretVault vault,
            MailboxViews views,
            HostCheck hosts,
            RegistryChange change,
            AuditLog audit,
            ApplicationEventPublisher events,
            Clock clock) {
        this.mailboxes = mailboxes;
        this.references = references;
        this.vault = vault;
        this.views = views;
        this.hosts = hosts;
        this.change = change;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    MailboxView create(Caller caller, MailboxForm form) {
        Faults faults = new Faults();
        String given = form.key();
        if (given != null && !RegistryKey.isValid(given)) {
            faults.add(
                    "key",
                    "must be 1 to 63 letters, digits, dots, hyphens or underscores, the first a letter or digit");
        }
        var stamp = Stamps.first(Rows.millis(clock));
        Mailbox draft = checked(form, given == null ? "draft" : given, stamp, faults);
        SecretRules.check(form, draft, null, Set.of(), faults);
        List<String> warnings = hosts.check(draft.server(), faults);
        faults.throwIfAny();
        return change.make(() -> {
            String key = given != null ? given : RegistryKey.from(draft.description(), this::isTaken);
            if (isTaken(key)) {
                throw ConflictProblem.duplicateKey("A mailbox '" + key + "' is registered already");
            }
            references.check(draft, faults);
            faults.throwIfAny();
            Mailbox mailbox = mailboxes.check(form, key, stamp, new Faults()).orElseThrow();
            boolean isSystem = mailbox instanceof OutputMailbox output
                    && (output.systemMailbox() || mailboxes.systemMailboxKey().isEmpty());
            takeSystemFrom(isSystem, key);
            mailboxes.insert(mailbox, form, isSystem);
            storeSecrets(form, mailbox);
            tell(caller, mailbox, MailboxChanged.Change.CREATED, List.of());
            return shown(key, warnings);
        });
    }

    MailboxView update(Caller caller, String key, MailboxForm form) {
        Entry early = entry(key);
        Faults faults = new Faults();
        if (form.key() != null && !form.key().equalsIgnoreCase(key)) {
            faults.add("key", "cannot be changed");
        }
        if (form.type() != null
                && !form.type().equalsIgnoreCase(early.mailbox().type().name())) {
            faults.add("type", "cannot be changed");
        }
        Mailbox draft = checked(form, early.mailbox().key(), early.mailbox().stamp(), faults);
        SecretRules.check(
                form,
                draft,
                early.mailbox(),
                vault.changedAt(RegistryKey.id(key)).keySet(),
                faults);
        List<String> warnings = hosts.check(draft.server(), faults);
        faults.throwIfAny();
        return change.make(() -> {
            Entry stored = entry(key);
            Mailbox before = stored.mailbox();
            RegistryChange.requireWritable(name(before), before.stamp());
            RegistryChange.requireRevision(name(before), form.revision(), before.stamp());
            Mailbox after = mailboxes
                    .check(form, before.key(), Stamps.next(before.stamp(), Rows.millis(clock)), new Faults())
                    .orElseThrow();
            SecretRules.check(
                    form, after, before, vault.changedAt(RegistryKey.id(key)).keySet(), faults);
            references.check(after, faults);
            faults.throwIfAny();
            boolean isSystem = staysSystem(before, form.systemMailbox());
            takeSystemFrom(isSystem, before.key());
            save(after, form, isSystem, before);
            moveSecrets(before, after);
            storeSecrets(form, after);
            tell(caller, after, MailboxChanged.Change.UPDATED, FormChanges.between(stored.form(), form));
            return shown(key, warnings);
        });
    }

    MailboxView setEnabled(Caller caller, String key, boolean isEnabled) {
        return change.make(() -> {
            Entry stored = entry(key);
            Mailbox before = stored.mailbox();
            RegistryChange.requireWritable(name(before), before.stamp());
            if (before.enabled() == isEnabled) {
                return shown(key, List.of());
            }
            boolean isSystem = before instanceof OutputMailbox output && output.systemMailbox();
            MailboxForm form = stored.form().with(isEnabled, isSystem);
            Mailbox after = mailboxes
                    .check(form, before.key(), Stamps.next(before.stamp(), Rows.millis(clock)), new Faults())
                    .orElseThrow();
            save(after, form, isSystem, before);
            tell(caller, after, MailboxChanged.Change.UPDATED, List.of("enabled"));
            return shown(key, List.of());
        });
    }

    void delete(Caller caller, String key) {
        change.make(() -> {
            Mailbox mailbox = entry(key).mailbox();
            RegistryChange.requireWritable(name(mailbox), mailbox.stamp());
            List<InUseProblem.Use> uses = views.uses(mailbox);
            if (!uses.isEmpty()) {
                throw new InUseProblem(name(mailbox) + " is in use", uses);
            }
            if (mailbox instanceof OutputMailbox output && output.systemMailbox() && mailboxes.outputMailboxes() > 1) {
                throw ConflictProblem.systemMailbox(
                        name(mailbox) + " is the system mailbox; make another Output mailbox the system mailbox first");
            }
            vault.removeAll(RegistryKey.id(key));
            references.forget(key);
            mailboxes.delete(key);
            tell(caller, mailbox, MailboxChanged.Change.DELETED, List.of());
            return mailbox;
        });
    }

    private Mailbox checked(MailboxForm form, String key, Mailbox.Stamp stamp, Faults faults) {
        return mailboxes.check(form, key, stamp, faults).orElseGet(() -> {
            faults.throwIfAny();
            throw new IllegalStateException("a form without a type has a fault");
        });
    }

    private void save(Mailbox after, MailboxForm form, boolean isSystem, Mailbox before) {
        if (!mailboxes.update(after, form, isSystem, before.stamp().revision())) {
            throw ConflictProblem.staleRevision(name(before) + " was changed meanwhile");
        }
    }

    /** Said nothing: it stays what it is. Said no of the system mailbox: refused, as there must be one. */
    private static boolean staysSystem(Mailbox before, @Nullable Boolean wanted) {
        boolean isSystem = before instanceof OutputMailbox output && output.systemMailbox();
        if (isSystem && Boolean.FALSE.equals(wanted)) {
            throw ConflictProblem.systemMailbox(
                    name(before) + " is the system mailbox; make another Output mailbox the system mailbox instead");
        }
        return isSystem || Boolean.TRUE.equals(wanted);
    }

    private void takeSystemFrom(boolean isWanted, String newKey) {
        if (!isWanted) {
            return;
        }
        mailboxes
                .systemMailboxKey()
                .filter(old -> !old.equalsIgnoreCase(newKey))
                .ifPresent(old -> {
                    mailboxes.clearSystem(old, clock.instant());
                    events.publishEvent(new MailboxChanged(old, MailboxType.OUTPUT, MailboxChanged.Change.UPDATED));
                });
    }

    private void storeSecrets(MailboxForm form, Mailbox mailbox) {
        Set<SecretField> usable = SecretRules.usable(mailbox);
        for (SecretField field : SecretField.values()) {
            SecretChange secret = field.in(form);
            if (secret instanceof SecretChange.Replace replace) {
                vault.store(mailbox, field, replace.secret());
            } else if (secret instanceof SecretChange.Remove || !usable.contains(field)) {
                vault.remove(RegistryKey.id(mailbox.key()), field);
            }
        }
    }

    /** A secret is bound to its tenant, so it is encrypted anew where the tenant changes. */
    private void moveSecrets(Mailbox before, Mailbox after) {
        if (java.util.Objects.equals(before.tenantId(), after.tenantId())) {
            return;
        }
        for (SecretField field : SecretField.values()) {
            vault.read(before, field).ifPresent(secret -> vault.store(after, field, secret));
        }
    }

    private void tell(Caller caller, Mailbox mailbox, MailboxChanged.Change what, List<String> fields) {
        List<String> told = new ArrayList<>(fields);
        if (mailbox instanceof InputMailbox
                && mailbox.server().security() == dev.mailroom.network.ServerEndpoint.Security.NONE) {
            told.add("plain text allowed");
        }
        audit.record(caller, "MAILBOX_" + what, "mailbox/" + mailbox.key(), told, null);
        events.publishEvent(new MailboxChanged(mailbox.key(), mailbox.type(), what));
    }

    private MailboxView shown(String key, List<String> warnings) {
        return views.view(entry(key).mailbox(), warnings);
    }

    private Entry entry(String key) {
        return mailboxes.find(key).orElseThrow(() -> MailboxAdministration.unknown(key));
    }

    private boolean isTaken(String key) {
        return mailboxes.find(key).isPresent();
    }

    private static String name(Mailbox mailbox) {
        return "Mailbox '" + mailbox.key() + "'";
    }
}
