package dev.mailroom.registry;

import java.net.IDN;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Contract} of a form, or says everything that is wrong with it. */
final class ContractCheck {

    private static final String DOMAIN =
            "(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+";

    private final ContractForm form;
    private final Faults faults;

    ContractCheck(ContractForm form, Faults faults) {
        this.form = form;
        this.faults = faults;
    }

    /** Collects the faults; the result counts only where there are none. */
    Contract contract(String key, Mailbox.Stamp stamp) {
        return new Contract(
                key,
                faults.required("name", form.name(), 255),
                faults.line("customer", form.customer(), 255),
                faults.line("emailOutbox", form.emailOutbox(), 63),
                domains(),
                faults.addresses("contacts", form.contacts()),
                locale(),
                timeZone(),
                groups(),
                faults.line("tenantId", form.tenantId(), 64),
                form.enabled() == null || form.enabled(),
                stamp);
    }

    private List<String> domains() {
        List<String> domains = new ArrayList<>();
        List<String> given = form.domains() == null ? List.of() : form.domains();
        for (int i = 0; i < given.size(); i++) {
            String domain = ascii(given.get(i));
            if (!domain.matches(DOMAIN)) {
                faults.add("domains[" + i + "]", "is no domain, e.g. acme.example");
            } else if (domains.contains(domain)) {
                faults.add("domains[" + i + "]", "is named twice");
            }
            domains.add(domain);
        }
        return domains;
    }

    private static String ascii(String domain) {
        try {
            return IDN.toASCII(domain.strip()).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notADomain) {
            return "";
        }
    }

    private @Nullable String locale() {
        String tag = faults.line("locale", form.locale(), 64);
        if (tag != null) {
            try {
                new Locale.Builder().setLanguageTag(tag);
            } catch (IllformedLocaleException e) {
                faults.add("locale", "must be a language tag, e.g. pt-BR");
            }
        }
        return tag;
    }

    private @Nullable String timeZone() {
        String zone = faults.line("timeZone", form.timeZone(), 64);
        if (zone != null) {
            try {
                ZoneId.of(zone);
            } catch (DateTimeException e) {
                faults.add("timeZone", "must be a time zone, e.g. America/Sao_Paulo");
            }
        }
        return zone;
    }

    private List<String> groups() {
        List<String> groups = new ArrayList<>();
        for (int i = 0; form.groups() != null && i < form.groups().size(); i++) {
            groups.add(faults.required("groups[" + i + "]", form.groups().get(i), 64));
        }
        return groups;
    }
}
