package dev.mailroom.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All mailboxes and contracts as they were at one moment. Immutable. */
final class RegistrySnapshot {

    private final String version;
    private final Map<String, Mailbox> mailboxes = new LinkedHashMap<>();
    private final Map<String, Contract> contracts = new LinkedHashMap<>();
    private final Map<String, Contract> domains = new LinkedHashMap<>();

    RegistrySnapshot(String version, List<Mailbox> mailboxes, List<Contract> contracts) {
        this.version = version;
        mailboxes.forEach(mailbox -> this.mailboxes.put(RegistryKey.id(mailbox.key()), mailbox));
        for (Contract contract : contracts) {
            this.contracts.put(RegistryKey.id(contract.key()), contract);
            if (contract.enabled()) {
                contract.domains().forEach(domain -> domains.put(domain, contract));
            }
        }
    }

    boolean isOf(String otherVersion) {
        return version.equals(otherVersion);
    }

    Optional<Mailbox> mailbox(String key) {
        return Optional.ofNullable(mailboxes.get(RegistryKey.id(key)));
    }

    List<Mailbox> mailboxes() {
        return List.copyOf(mailboxes.values());
    }

    Optional<Contract> contract(String key) {
        return Optional.ofNullable(contracts.get(RegistryKey.id(key)));
    }

    List<Contract> contracts() {
        return List.copyOf(contracts.values());
    }

    Optional<Contract> contractOfDomain(String domain) {
        return Optional.ofNullable(domains.get(RegistryKey.id(domain)));
    }
}
