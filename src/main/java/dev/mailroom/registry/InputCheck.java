package dev.mailroom.registry;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.InputMailbox.AfterReading;
import dev.mailroom.registry.InputMailbox.Provider;
import dev.mailroom.registry.InputMailbox.StartFrom;
import dev.mailroom.registry.Mailbox.Authentication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The fields of an Input mailbox. */
final class InputCheck extends MailboxCheck {

    private static final String SUPPORT = "support@acme.example";

    InputCheck(MailboxForm form, Faults faults) {
        super(form, faults);
    }

    @Override
    Optional<Mailbox> mailbox(String key, Mailbox.Stamp stamp) {
        refuseFieldsOfOutput();
        Provider provider = provider();
        String user = faults.required("user", form.user(), 320);
        var authentication =
                faults.choice("authentication", form.authentication(), Authentication.class, Authentication.PASSWORD);
        AfterReading after = afterReading(provider);
        return Optional.of(new InputMailbox(
                key,
                description(),
                enabled(),
                provider,
                server(provider.defaultPort(), security(provider)),
                user,
                authentication,
                oauth2(authentication),
                folder(provider),
                address(user),
                faults.addresses("aliases", form.aliases()),
                form.plusAddressing() != null && form.plusAddressing(),
                after,
                moveTo(after),
                startFrom(),
                faults.duration(
                        "pollInterval",
                        form.pollInterval(),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5),
                        Duration.ofDays(1)),
                form.push() == null || form.push(),
                faults.line("contract", form.contract(), 63),
                faults.line("processDefinitionKey", form.processDefinitionKey(), 255),
                faults.line("routingDecision", form.routingDecision(), 255),
                faults.choice("senders", form.senders(), InputMailbox.Senders.class, InputMailbox.Senders.ANYONE),
                lines("allowedSenders", form.allowedSenders()),
                lines("blockedSenders", form.blockedSenders()),
                trustedCertificates(),
                tenantId(),
                stamp));
    }

    private Provider provider() {
        String text = form.provider();
        for (Provider provider : Provider.values()) {
            if (provider.name().equalsIgnoreCase(text)) {
                return provider;
            }
        }
        faults.add(
                "provider",
                text == null ? "is required: imaps, pops, imap or pop" : "must be one of imaps, pops, imap, pop");
        return Provider.IMAPS;
    }

    private Security security(Provider provider) {
        if (provider.isImplicitTls()) {
            absent(
                    "startTls",
                    form.startTls(),
                    provider.name().toLowerCase(Locale.ROOT) + ", which is encrypted from the start");
            return Security.TLS;
        }
        if (form.startTls() == null || form.startTls()) {
            return Security.STARTTLS;
        }
        boolean isPermitted = Boolean.TRUE.equals(form.allowPlainText());
        if (!isPermitted && form.server() != null && !isLoopback(form.server().strip())) {
            faults.add(
                    "startTls",
                    "false would send the password unencrypted; if that is meant, say \"allowPlainText\": true");
        }
        return Security.NONE;
    }

    private String folder(Provider provider) {
        String folder = faults.line("folder", form.folder(), 255);
        if (folder == null || folder.equalsIgnoreCase("INBOX")) {
            return "INBOX";
        }
        if (provider.isPop()) {
            faults.add("folder", "must be INBOX: POP3 has no other folder");
        }
        return folder;
    }

    private MailAddress address(String user) {
        Optional<MailAddress> given = faults.address("address", form.address(), SUPPORT);
        Optional<MailAddress> address = given.isPresent() || faults.has("address") ? given : MailAddress.tryParse(user);
        if (address.isEmpty() && !faults.has("user")) {
            faults.add("address", "needs an address, e.g. " + SUPPORT + ", as the user is none");
        }
        return address.orElse(MailAddress.of("unknown@invalid.invalid"));
    }

    private AfterReading afterReading(Provider provider) {
        AfterReading after = faults.choice("afterReading", form.afterReading(), AfterReading.class, AfterReading.LEAVE);
        if (provider.isPop() && (after == AfterReading.MOVE || after == AfterReading.SEEN)) {
            faults.add(
                    "afterReading",
                    "must be LEAVE or DELETE: POP3 cannot " + (after == AfterReading.MOVE ? "move" : "mark") + " mail");
        }
        return after;
    }

    private @Nullable String moveTo(AfterReading after) {
        String moveTo = faults.line("moveTo", form.moveTo(), 255);
        if (after == AfterReading.MOVE && moveTo == null) {
            faults.add("moveTo", "is required with afterReading MOVE");
        }
        if (after == AfterReading.MOVE
                && moveTo != null
                && moveTo.equalsIgnoreCase(form.folder() == null ? "INBOX" : form.folder())) {
            faults.add("moveTo", "must be another folder than the one that is read");
        }
        return after == AfterReading.MOVE ? moveTo : null;
    }

    private StartFrom startFrom() {
        String text = form.startFrom();
        if (text == null || text.equalsIgnoreCase("NOW")) {
            return new StartFrom.Now();
        }
        if (text.equalsIgnoreCase("ALL")) {
            return new StartFrom.All();
        }
        Faults own = new Faults();
        var day = own.day("startFrom", text);
        if (day.isEmpty()) {
            faults.add("startFrom", "must be NOW, ALL or a day, e.g. 2026-11-22");
            return new StartFrom.Now();
        }
        return new StartFrom.Day(day.get());
    }

    private List<String> lines(String field, @Nullable List<String> texts) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; texts != null && i < texts.size(); i++) {
            lines.add(faults.required(field + "[" + i + "]", texts.get(i), 320));
        }
        return lines;
    }

    private void refuseFieldsOfOutput() {
        String input = "an Input mailbox";
        absent("security", form.security(), input);
        absent("sender", form.sender(), input);
        absent("replyTo", form.replyTo(), input);
        absent("systemMailbox", Boolean.TRUE.equals(form.systemMailbox()) ? true : null, input);
        absent("maxConnections", form.maxConnections(), input);
        absent("messagesPerMinute", form.messagesPerMinute(), input);
        absent("maxRecipientsPerMessage", form.maxRecipientsPerMessage(), input);
        absent("retries", form.retries(), input);
        absent("giveUpAfter", form.giveUpAfter(), input);
        absent("onUncertain", form.onUncertain(), input);
        absent("sentCopy", form.sentCopy(), input);
    }
}
