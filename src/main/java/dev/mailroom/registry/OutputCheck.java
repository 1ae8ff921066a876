package dev.mailroom.registry;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Mailbox.Authentication;
import dev.mailroom.registry.OutputMailbox.SentCopy;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The fields of an Output mailbox. */
final class OutputCheck extends MailboxCheck {

    private static final String SENDER = "Acme <support@acme.example>";

    private final List<Duration> usualRetries;

    /** @param usualRetries when the form names none */
    OutputCheck(MailboxForm form, List<Duration> usualRetries, Faults faults) {
        super(form, faults);
        this.usualRetries = usualRetries;
    }

    @Override
    Optional<Mailbox> mailbox(String key, Mailbox.Stamp stamp) {
        refuseFieldsOfInput();
        Security security = faults.choice("security", form.security(), Security.class, Security.STARTTLS);
        String user = user();
        Authentication authentication = faults.choice(
                "authentication",
                form.authentication(),
                Authentication.class,
                user == null ? Authentication.NONE : Authentication.PASSWORD);
        if (authentication != Authentication.NONE && user == null) {
            faults.add("user", "is required with authentication " + authentication);
        }
        return Optional.of(new OutputMailbox(
                key,
                description(),
                enabled(),
                server(defaultPort(security), security),
                user,
                authentication,
                oauth2(authentication),
                sender(),
                faults.address("replyTo", form.replyTo(), "support@acme.example")
                        .orElse(null),
                Boolean.TRUE.equals(form.systemMailbox()),
                faults.range("maxConnections", form.maxConnections(), 2, 1, 50),
                perMinute(),
                faults.range("maxRecipientsPerMessage", form.maxRecipientsPerMessage(), 100, 1, 10_000),
                retries(),
                faults.duration(
                        "giveUpAfter",
                        form.giveUpAfter(),
                        Duration.ofDays(5),
                        Duration.ofSeconds(1),
                        Duration.ofDays(30)),
                faults.choice(
                        "onUncertain",
                        form.onUncertain(),
                        OutputMailbox.OnUncertain.class,
                        OutputMailbox.OnUncertain.ASK),
                sentCopy(),
                trustedCertificates(),
                tenantId(),
                stamp));
    }

    private static int defaultPort(Security security) {
        return switch (security) {
            case NONE -> 25;
            case STARTTLS -> 587;
            case TLS -> 465;
        };
    }

    private MailAddress sender() {
        if (form.sender() == null || form.sender().isBlank()) {
            faults.add("sender", "needs an address, e.g. " + SENDER);
        }
        return faults.address("sender", form.sender(), SENDER).orElse(MailAddress.of("unknown@invalid.invalid"));
    }

    private @Nullable Integer perMinute() {
        return form.messagesPerMinute() == null
                ? null
                : Integer.valueOf(faults.range("messagesPerMinute", form.messagesPerMinute(), 1, 1, 100_000));
    }

    private List<Duration> retries() {
        if (form.retries() == null) {
            return usualRetries;
        }
        String text = form.retries().strip();
        if (text.isEmpty() || text.equalsIgnoreCase("none")) {
            return List.of();
        }
        List<Duration> retries = new ArrayList<>();
        try {
            for (String part : text.split(",", 0)) {
                Duration delay = Duration.parse(part.strip().toUpperCase(Locale.ROOT));
                if (!RetryProperties.isPossible(delay)) {
                    faults.add("retries", "each must be between PT1S and P7D");
                }
                retries.add(delay);
            }
        } catch (DateTimeException e) {
            faults.add("retries", "must be durations with commas between them, e.g. PT1M,PT5M,PT1H, or none");
        }
        return retries;
    }

    private @Nullable SentCopy sentCopy() {
        SentCopyForm copy = form.sentCopy();
        if (copy == null) {
            return null;
        }
        String mailbox = faults.required("sentCopy.mailbox", copy.mailbox(), 63);
        String folder = faults.required("sentCopy.folder", copy.folder(), 255);
        return new SentCopy(mailbox, folder, Boolean.TRUE.equals(copy.append()));
    }

    private void refuseFieldsOfInput() {
        String output = "an Output mailbox";
        absent("provider", form.provider(), output);
        absent("startTls", form.startTls(), output + "; use security");
        absent("folder", form.folder(), output);
        absent("address", form.address(), output + "; use sender");
        absent("aliases", form.aliases(), output);
        absent("plusAddressing", form.plusAddressing(), output);
        absent("afterReading", form.afterReading(), output);
        absent("moveTo", form.moveTo(), output);
        absent("startFrom", form.startFrom(), output);
        absent("pollInterval", form.pollInterval(), output);
        absent("push", form.push(), output);
        absent("contract", form.contract(), output + "; choose it as the contract's emailOutbox");
        absent("processDefinitionKey", form.processDefinitionKey(), output);
        absent("routingDecision", form.routingDecision(), output);
        absent("senders", form.senders(), output);
        absent("allowedSenders", form.allowedSenders(), output);
        absent("blockedSenders", form.blockedSenders(), output);
    }
}
