package dev.mailroom.registry;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.problem.ConflictProblem;
import dev.mailroom.problem.InUseProblem;
import dev.mailroom.problem.NotFoundProblem;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What people do with contracts. Each call asks whether the caller may; each problem is a sentence for them. Thread-safe. */
public final class ContractAdministration {

    private final Access access;
    private final ContractTable contracts;
    private final MailboxTable mailboxes;
    private final RegistryChange change;
    private final AuditLog audit;
    private final Supplier<List<ContractUsage>> usages;
    private final Clock clock;

    ContractAdministration(
            Access access,
            ContractTable contracts,
            MailboxTable mailboxes,
            RegistryChange change,
            AuditLog audit,
            Supplier<List<ContractUsage>> usages,
            Clock clock) {
        this.access = access;
        this.contracts = contracts;
        this.mailboxes = mailboxes;
        this.change = change;
        this.audit = audit;
        this.usages = usages;
        this.clock = clock;
    }

    /** @throws dev.mailroom.problem.ValidationProblem with everything that is wrong */
    public ContractView create(Caller caller, ContractForm form) {
        access.require(caller, Right.ADMINISTER);
        Faults faults = new Faults();
        String key = form.key();
        if (key == null || key.isBlank()) {
            faults.add("key", "is required");
        } else if (!RegistryKey.isValid(key)) {
            faults.add(
                    "key",
                    "must be 1 to 63 letters, digits, dots, hyphens or underscores, the first a letter or digit");
        }
        Contract contract =
                new ContractCheck(form, faults).contract(key == null ? "" : key, Stamps.first(Rows.millis(clock)));
        return change.make(() -> {
            checkReferences(contract, faults);
            faults.throwIfAny();
            if (contracts.find(contract.key()).isPresent()) {
                throw ConflictProblem.duplicateKey("A contract '" + contract.key() + "' is registered already");
            }
            contracts.insert(contract, form);
            audit.record(caller, "CONTRACT_CREATED", "contract/" + contract.key(), List.of(), null);
            return view(contract);
        });
    }

    public ContractView update(Caller caller, String key, ContractForm form) {
        access.require(caller, Right.ADMINISTER);
        return change.make(() -> {
            Contract before = stored(key);
            String what = "Contract '" + before.key() + "'";
            RegistryChange.requireWritable(what, before.stamp());
            RegistryChange.requireRevision(what, form.revision(), before.stamp());
            Faults faults = new Faults();
            if (form.key() != null && !form.key().equalsIgnoreCase(key)) {
                faults.add("key", "cannot be changed");
            }
            Contract after = new ContractCheck(form, faults)
                    .contract(before.key(), Stamps.next(before.stamp(), Rows.millis(clock)));
            checkReferences(after, faults);
            faults.throwIfAny();
            if (!contracts.update(after, form, before.stamp().revision())) {
                throw ConflictProblem.staleRevision(what + " was changed meanwhile");
            }
            audit.record(caller, "CONTRACT_UPDATED", "contract/" + before.key(), List.of(), null);
            return view(after);
        });
    }

    /** @throws InUseProblem while an Input mailbox names it, or mail of it is unfinished */
    public void delete(Caller caller, String key) {
        access.require(caller, Right.ADMINISTER);
        change.make(() -> {
            Contract contract = stored(key);
            RegistryChange.requireWritable("Contract '" + contract.key() + "'", contract.stamp());
            List<InUseProblem.Use> uses = new ArrayList<>();
            for (InputMailbox mailbox : inputMailboxes(contract)) {
                uses.add(new InUseProblem.Use(
                        InUseProblem.Use.Kind.MAILBOX, mailbox.key(), mailbox.description(), null, null));
            }
            usages.get().forEach(usage -> uses.addAll(usage.usesOf(contract)));
            if (!uses.isEmpty()) {
                throw new InUseProblem("Contract '" + contract.key() + "' is in use", uses);
            }
            contracts.delete(key);
            audit.record(caller, "CONTRACT_DELETED", "contract/" + contract.key(), List.of(), null);
            return contract;
        });
    }

    public ContractView find(Caller caller, String key) {
        access.require(caller, Right.JOURNAL);
        Contract contract = stored(key);
        if (!access.allows(caller, Right.ADMINISTER)) {
            access.require(caller, Right.JOURNAL, contract.key());
        }
        return view(contract);
    }

    /** Those that the caller may see, by key; null = any. */
    public List<ContractView> list(
            Caller caller,
            @Nullable String text,
            @Nullable Boolean enabled,
            @Nullable String emailOutbox,
            @Nullable String domain) {
        access.require(caller, Right.JOURNAL);
        boolean isAdministrator = access.allows(caller, Right.ADMINISTER);
        return contracts.all().stream()
                .filter(contract -> text == null || contains(contract, text.toLowerCase(Locale.ROOT)))
                .filter(contract -> enabled == null || contract.enabled() == enabled)
                .filter(contract -> emailOutbox == null || emailOutbox.equalsIgnoreCase(contract.emailOutbox()))
                .filter(contract -> domain == null || contract.domains().contains(domain.toLowerCase(Locale.ROOT)))
                .filter(contract -> isAdministrator || access.allows(caller, Right.JOURNAL, contract.key()))
                .map(this::view)
                .toList();
    }

    private void checkReferences(Contract contract, Faults faults) {
        String outbox = contract.emailOutbox();
        if (outbox != null) {
            var mailbox = mailboxes.find(outbox);
            if (mailbox.isEmpty()) {
                faults.add("emailOutbox", "no mailbox '" + outbox + "' is registered");
            } else if (mailbox.get().mailbox() instanceof InputMailbox) {
                faults.add("emailOutbox", "'" + outbox + "' is an Input mailbox; an Output mailbox is needed");
            }
        }
        for (int i = 0; i < contract.domains().size(); i++) {
            String field = "domains[" + i + "]";
            contracts
                    .ownerOfDomain(contract.domains().get(i))
                    .filter(owner -> !owner.equalsIgnoreCase(contract.key()))
                    .ifPresent(owner -> faults.add(field, "belongs to contract '" + owner + "' already"));
        }
    }

    private ContractView view(Contract contract) {
        return new ContractView(
                contract,
                inputMailboxes(contract).stream().map(InputMailbox::key).toList());
    }

    private List<InputMailbox> inputMailboxes(Contract contract) {
        return mailboxes.ofContract(contract.key());
    }

    private Contract stored(String key) {
        return contracts.find(key).orElseThrow(() -> new NotFoundProblem("No contract '" + key + "' is registered"));
    }

    private static boolean contains(Contract contract, String part) {
        String all = contract.key() + "\n" + contract.name() + "\n" + contract.customer();
        return all.toLowerCase(Locale.ROOT).contains(part);
    }
}
