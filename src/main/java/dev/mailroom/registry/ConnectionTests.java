package dev.mailroom.registry;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.network.ConnectionReport;
import dev.mailroom.network.ConnectionReport.Step;
import dev.mailroom.problem.ConflictProblem;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;

/** "Test connection". A stored secret is used only with the values it was stored with. At most ten a minute per user. Thread-safe. */
public final class ConnectionTests {

    private static final int PER_MINUTE = 10;

    private final Access access;
    private final MailboxTable mailboxes;
    private final MailboxRegistry registry;
    private final SecretVault vault;
    private final Supplier<List<ConnectionTester>> testers;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;
    private final RateLimit limit;
    private final Clock clock;

    ConnectionTests(
            Access access,
            MailboxTable mailboxes,
            MailboxRegistry registry,
            SecretVault vault,
            Supplier<List<ConnectionTester>> testers,
            AuditLog audit,
            ApplicationEventPublisher events,
            Clock clock) {
        this.access = access;
        this.mailboxes = mailboxes;
        this.registry = registry;
        this.vault = vault;
        this.testers = testers;
        this.audit = audit;
        this.events = events;
        this.limit = new RateLimit(PER_MINUTE, "connection tests", clock);
        this.clock = clock;
    }

    /** Tries a form that is not saved yet. */
    public ConnectionReport test(Caller caller, MailboxForm form) {
        access.require(caller, Right.ADMINISTER);
        return test(caller, form, null);
    }

    /** @param form null = the mailbox as it is stored */
    public ConnectionReport test(Caller caller, String key, @Nullable MailboxForm form) {
        access.require(caller, Right.ADMINISTER);
        Mailbox stored = mailboxes
                .find(key)
                .orElseThrow(() -> MailboxAdministration.unknown(key))
                .mailbox();
        if (form != null) {
            return test(caller, form, stored);
        }
        limit.count(caller.userId());
        audit.record(caller, "MAILBOX_TESTED", "mailbox/" + stored.key(), List.of(), null);
        return told(stored, tester(stored).test(stored, registry.credentials(stored)));
    }

    private ConnectionReport test(Caller caller, MailboxForm given, @Nullable Mailbox stored) {
        Faults faults = new Faults();
        MailboxForm form = given.with(
                stored == null ? "test" : stored.key(),
                given.description() == null ? "test" : given.description(),
                given.sender());
        var stamp = stored == null ? Stamps.first(Rows.millis(clock)) : stored.stamp();
        Mailbox mailbox = mailboxes
                .check(form, Objects.requireNonNull(form.key()), asEntered(stamp), faults)
                .orElse(null);
        faults.throwIfAny();
        Objects.requireNonNull(mailbox);
        limit.count(caller.userId());
        audit.record(
                caller,
                "MAILBOX_TESTED",
                "mailbox/" + (stored == null ? mailbox.server().host() : stored.key()),
                List.of(),
                null);
        Set<SecretField> missing = EnumSet.copyOf(SecretRules.required(mailbox));
        boolean mayUseStored =
                stored != null && SecretRules.changedBetween(stored, mailbox).isEmpty();
        missing.removeIf(field -> secret(field, form, stored, mayUseStored) != null);
        if (missing.isEmpty()) {
            ConnectionReport report = tester(mailbox).test(mailbox, credentials(mailbox, form, stored, mayUseStored));
            return stored != null && mayUseStored ? told(stored, report) : report;
        }
        Mailbox withoutLogin = withoutLogin(form, mailbox);
        ConnectionReport report = tester(withoutLogin).test(withoutLogin, new Credentials.None());
        return askingFor(missing.iterator().next(), report, stored != null);
    }

    /** It works, whatever its last failure said; what waits for it need not wait for its next probe. */
    private ConnectionReport told(Mailbox stored, ConnectionReport report) {
        if (report.ok()) {
            events.publishEvent(new MailboxAnswered(stored.key(), stored.type()));
        }
        return report;
    }

    /** Values of a form are never trusted as those of the configuration file, whatever mailbox they are tried for. */
    private static Mailbox.Stamp asEntered(Mailbox.Stamp stamp) {
        return new Mailbox.Stamp(stamp.revision(), Mailbox.Origin.REST, stamp.createdAt(), stamp.changedAt());
    }

    private Credentials credentials(Mailbox mailbox, MailboxForm form, @Nullable Mailbox stored, boolean mayUseStored) {
        return switch (mailbox.authentication()) {
            case NONE -> new Credentials.None();
            case PASSWORD ->
                new Credentials.Password(
                        Objects.requireNonNull(mailbox.user()),
                        Objects.requireNonNull(secret(SecretField.PASSWORD, form, stored, mayUseStored)));
            case OAUTH2 ->
                new Credentials.OAuth2(
                        mailbox.user(),
                        Objects.requireNonNull(mailbox.oauth2()),
                        secret(SecretField.CLIENT_SECRET, form, stored, mayUseStored),
                        secret(SecretField.REFRESH_TOKEN, form, stored, mayUseStored),
                        secret(SecretField.SERVICE_ACCOUNT_KEY, form, stored, mayUseStored));
        };
    }

    private @Nullable Secret secret(
            SecretField field, MailboxForm form, @Nullable Mailbox stored, boolean mayUseStored) {
        if (field.in(form) instanceof SecretChange.Replace replace) {
            return replace.secret().reveal().isEmpty() ? null : replace.secret();
        }
        boolean isKept = field.in(form) instanceof SecretChange.Keep;
        return isKept && mayUseStored && stored != null
                ? vault.read(stored, field).orElse(null)
                : null;
    }

    /** The same server without a login: whether it answers can be told without a password. */
    private Mailbox withoutLogin(MailboxForm form, Mailbox mailbox) {
        MailboxForm open = form.withoutLogin();
        return mailboxes
                .check(open, mailbox.key(), mailbox.stamp(), new Faults())
                .orElse(mailbox);
    }

    private static ConnectionReport askingFor(SecretField field, ConnectionReport report, boolean isStored) {
        List<Step> steps = new ArrayList<>();
        boolean isReached = true;
        for (Step step : report.steps()) {
            boolean isBeforeLogin = step.step().compareTo(ConnectionReport.Name.LOGIN) < 0;
            if (isBeforeLogin) {
                isReached &= Boolean.TRUE.equals(step.ok());
                steps.add(step);
            } else if (step.step() == ConnectionReport.Name.LOGIN && isReached) {
                String text = isStored
                        ? "Give it again: the stored one is used only with the values it was stored with"
                        : "Is needed to log in";
                steps.add(new Step(step.step(), false, 0L, null, text, field.path()));
            } else {
                steps.add(new Step(step.step(), null, null, null, null, null));
            }
        }
        return new ConnectionReport(false, report.millis(), steps);
    }

    private ConnectionTester tester(Mailbox mailbox) {
        return testers.get().stream()
                .filter(tester -> tester.supports(mailbox.type()))
                .findFirst()
                .orElseThrow(() -> ConflictProblem.wrongState(
                        "Connections of this type cannot be tested on this server", null, List.of()));
    }
}
