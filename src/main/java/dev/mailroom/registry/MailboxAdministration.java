package dev.mailroom.registry;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.problem.ConflictProblem;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.registry.MailboxTable.Entry;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What people do with mailboxes. Each call asks whether the caller may; each problem is a sentence for them. Thread-safe. */
public final class MailboxAdministration {

    private final Access access;
    private final MailboxTable table;
    private final MailboxViews views;
    private final MailboxSaving saving;
    private final Supplier<Optional<InboxControl>> inbox;
    private final Supplier<Optional<MailboxInstances>> instances;

    MailboxAdministration(
            Access access,
            MailboxTable table,
            MailboxViews views,
            MailboxSaving saving,
            Supplier<Optional<InboxControl>> inbox,
            Supplier<Optional<MailboxInstances>> instances) {
        this.access = access;
        this.table = table;
        this.views = views;
        this.saving = saving;
        this.inbox = inbox;
        this.instances = instances;
    }

    /** @throws dev.mailroom.problem.ValidationProblem with everything that is wrong */
    public MailboxView create(Caller caller, MailboxForm form) {
        access.require(caller, Right.ADMINISTER);
        return saving.create(caller, form);
    }

    public MailboxView update(Caller caller, String key, MailboxForm form) {
        access.require(caller, Right.ADMINISTER);
        return saving.update(caller, key, form);
    }

    public MailboxView setEnabled(Caller caller, String key, boolean isEnabled) {
        access.require(caller, Right.ADMINISTER);
        return saving.setEnabled(caller, key, isEnabled);
    }

    /** @throws dev.mailroom.problem.InUseProblem when contracts, mails or processes need it */
    public void delete(Caller caller, String key) {
        access.require(caller, Right.ADMINISTER);
        saving.delete(caller, key);
    }

    public MailboxView find(Caller caller, String key) {
        access.require(caller, Right.JOURNAL);
        Entry entry = entry(key);
        if (!isVisible(caller, entry.mailbox())) {
            access.require(caller, Right.JOURNAL, MailboxQuery.contractOf(entry.mailbox()));
        }
        return views.view(entry.mailbox(), List.of());
    }

    /** Those that the caller may see, by key. */
    public List<Mailbox> list(Caller caller, MailboxQuery query) {
        access.require(caller, Right.JOURNAL);
        List<Mailbox> found = table.all().stream()
                .map(Entry::mailbox)
                .filter(query::matches)
                .filter(mailbox -> isVisible(caller, mailbox))
                .toList();
        return query.health() == null ? found : views.inState(found, query.health());
    }

    /** What {@link #list} found, as it is shown. */
    public List<MailboxView> views(List<Mailbox> mailboxes) {
        return mailboxes.stream().map(mailbox -> views.view(mailbox, List.of())).toList();
    }

    /** Has an Input mailbox read at once instead of at its next interval; does not wait for it. */
    public void readNow(Caller caller, String key) {
        Mailbox mailbox = entry(key).mailbox();
        access.require(caller, Right.OPERATE, MailboxQuery.contractOf(mailbox));
        if (!(mailbox instanceof InputMailbox input)) {
            throw ConflictProblem.wrongState(
                    "Mailbox '" + mailbox.key() + "' is an Output mailbox", "OUTPUT", List.of());
        }
        if (!input.enabled()) {
            throw ConflictProblem.wrongState("Mailbox '" + input.key() + "' is switched off", "OFF", List.of());
        }
        if (isPaused(input)) {
            throw ConflictProblem.wrongState(
                    "Mailbox '" + input.key() + "' is paused: its process instance is suspended", "PAUSED", List.of());
        }
        inbox.get()
                .orElseThrow(() -> ConflictProblem.wrongState("No mail is read on this server", null, List.of()))
                .readNow(input);
    }

    private boolean isPaused(Mailbox mailbox) {
        return instances
                .get()
                .flatMap(engine -> engine.find(mailbox))
                .map(MailboxInstances.Instance::isSuspended)
                .orElse(false);
    }

    /** Who administers sees the settings of all mailboxes, though not their mail. */
    private boolean isVisible(Caller caller, Mailbox mailbox) {
        return access.allows(caller, Right.ADMINISTER)
                || access.allows(caller, Right.JOURNAL, MailboxQuery.contractOf(mailbox));
    }

    private Entry entry(String key) {
        return table.find(key).orElseThrow(() -> unknown(key));
    }

    static NotFoundProblem unknown(String key) {
        return new NotFoundProblem("No mailbox '" + key + "' is registered");
    }
}
