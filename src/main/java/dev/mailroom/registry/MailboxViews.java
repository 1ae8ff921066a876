package dev.mailroom.registry;

import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.problem.InUseProblem;
import dev.mailroom.registry.Mailbox.Authentication;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts together what is shown of a mailbox. */
final class MailboxViews {

    private static final int DAYS_BEFORE_EXPIRY = 30;

    private final MailboxTable mailboxes;
    private final ContractTable contracts;
    private final SecretVault vault;
    private final HealthLedger ledger;
    private final Supplier<List<MailboxUsage>> usages;
    private final Supplier<Optional<DeployedProcesses>> processes;
    private final Clock clock;

    MailboxViews(
            MailboxTable mailboxes,
            ContractTable contracts,
            SecretVault vault,
            HealthLedger ledger,
            Supplier<List<MailboxUsage>> usages,
            Supplier<Optional<DeployedProcesses>> processes,
            Clock clock) {
        this.mailboxes = mailboxes;
        this.contracts = contracts;
        this.vault = vault;
        this.ledger = ledger;
        this.usages = usages;
        this.processes = processes;
        this.clock = clock;
    }

    MailboxView view(Mailbox mailbox, List<String> furtherWarnings) {
        Map<SecretField, Instant> secrets = vault.changedAt(RegistryKey.id(mailbox.key()));
        List<String> warnings = new ArrayList<>(furtherWarnings);
        warnings.addAll(warnings(mailbox));
        return new MailboxView(
                mailbox,
                mailbox instanceof InputMailbox
                        && mailbox.server().security() == Security.NONE
                        && !MailboxCheck.isLoopback(mailbox.server().host()),
                secrets.containsKey(SecretField.PASSWORD),
                secrets.get(SecretField.PASSWORD),
                secrets.containsKey(SecretField.CLIENT_SECRET),
                secrets.containsKey(SecretField.REFRESH_TOKEN),
                secrets.containsKey(SecretField.SERVICE_ACCOUNT_KEY),
                HealthDesk.state(mailbox, ledger.find(mailbox.key()).orElse(null)),
                warnings,
                mailbox instanceof OutputMailbox ? uses(mailbox) : List.of());
    }

    /** Those of them that fare like this; asks once for all. */
    List<Mailbox> inState(List<Mailbox> mailboxes, MailboxHealth.State wanted) {
        Map<String, MailboxHealth> reported = ledger.all();
        return mailboxes.stream()
                .filter(mailbox -> HealthDesk.state(mailbox, reported.get(RegistryKey.id(mailbox.key()))) == wanted)
                .toList();
    }

    /** Contracts that send through it, mailboxes that keep their copies in it, and what others say. */
    List<InUseProblem.Use> uses(Mailbox mailbox) {
        List<InUseProblem.Use> uses = new ArrayList<>();
        for (Contract contract : contracts.withOutbox(mailbox.key())) {
            uses.add(new InUseProblem.Use(InUseProblem.Use.Kind.CONTRACT, contract.key(), contract.name(), null, null));
        }
        if (mailbox instanceof InputMailbox) {
            mailboxes.all().stream()
                    .map(MailboxTable.Entry::mailbox)
                    .filter(other -> keepsCopiesIn(other, mailbox.key()))
                    .forEach(other -> uses.add(new InUseProblem.Use(
                            InUseProblem.Use.Kind.MAILBOX, other.key(), other.description(), null, null)));
        }
        usages.get().forEach(usage -> uses.addAll(usage.usesOf(mailbox)));
        return uses;
    }

    private static boolean keepsCopiesIn(Mailbox mailbox, String key) {
        return mailbox instanceof OutputMailbox output
                && output.sentCopy() != null
                && output.sentCopy().mailbox().equalsIgnoreCase(key);
    }

    private List<String> warnings(Mailbox mailbox) {
        List<String> warnings = new ArrayList<>();
        if (mailbox instanceof InputMailbox input) {
            String process = input.processDefinitionKey();
            if (process != null
                    && processes.get().map(known -> !known.isDeployed(process)).orElse(false)) {
                warnings.add("No process '" + process + "' is deployed yet");
            }
        }
        if (mailbox.server().security() == Security.NONE
                && mailbox.authentication() != Authentication.NONE
                && !MailboxCheck.isLoopback(mailbox.server().host())) {
            warnings.add("The password travels unencrypted");
        }
        if (mailbox instanceof OutputMailbox output && output.systemMailbox() && !output.enabled()) {
            warnings.add("This is the system mailbox: mails without another outbox wait until it is switched on");
        }
        expiry(mailbox.oauth2()).ifPresent(warnings::add);
        return warnings;
    }

    private Optional<String> expiry(@Nullable OAuth2Settings oauth2) {
        if (oauth2 == null || oauth2.clientSecretExpires() == null) {
            return Optional.empty();
        }
        LocalDate expires = oauth2.clientSecretExpires();
        boolean isSoon = LocalDate.now(clock).plusDays(DAYS_BEFORE_EXPIRY).isAfter(expires);
        return isSoon ? Optional.of("The client secret expires on " + expires) : Optional.empty();
    }
}
