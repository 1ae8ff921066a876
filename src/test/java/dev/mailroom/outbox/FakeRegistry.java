package dev.mailroom.outbox;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.registry.Contract;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import dev.mailroom.registry.OutputMailbox.SentCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Output mailboxes by key. */
final class FakeRegistry implements MailboxRegistry {

    private final Map<String, Mailbox> mailboxes = new ConcurrentHashMap<>();

    void put(Mailbox mailbox) {
        mailboxes.put(mailbox.key().toLowerCase(Locale.ROOT), mailbox);
    }

    static Form form(String key) {
        return new Form(
                key,
                "smtp.x",
                true,
                2,
                null,
                100,
                List.of(Duration.ofMinutes(1), Duration.ofMinutes(5)),
                OnUncertain.ASK,
                1,
                Duration.ofDays(5),
                null);
    }

    /** What tests vary of an Output mailbox. */
    record Form(
            String key,
            String server,
            boolean enabled,
            int connections,
            @Nullable Integer perMinute,
            int recipients,
            List<Duration> retries,
            OnUncertain onUncertain,
            int revision,
            Duration giveUpAfter,
            @Nullable SentCopy sentCopy) {

        Form server(String value) {
            return new Form(
                    key,
                    value,
                    enabled,
                    connections,
                    perMinute,
                    recipients,
                    retries,
                    onUncertain,
                    revision,
                    giveUpAfter,
                    sentCopy);
        }

        Form enabled(boolean value) {
            return new Form(
                    key,
                    server,
                    value,
                    connections,
                    perMinute,
                    recipients,
                    retries,
                    onUncertain,
                    revision + 1,
                    giveUpAfter,
                    sentCopy);
        }

        Form connections(int value) {
            return new Form(
                    key,
                    server,
                    enabled,
                    value,
                    perMinute,
                    recipients,
                    retries,
                    onUncertain,
                    revision,
                    giveUpAfter,
                    sentCopy);
        }

        Form perMinute(int value) {
            return new Form(
                    key,
                    server,
                    enabled,
                    connections,
                    value,
                    recipients,
                    retries,
                    onUncertain,
                    revision,
                    giveUpAfter,
                    sentCopy);
        }

        Form recipients(int value) {
            return new Form(
                    key,
                    server,
                    enabled,
                    connections,
                    perMinute,
                    value,
                    retries,
                    onUncertain,
                    revision,
                    giveUpAfter,
                    sentCopy);
        }

        Form retries(Duration... value) {
            return new Form(
                    key,
                    server,
                    enabled,
                    connections,
                    perMinute,
                    recipients,
                    List.of(value),
                    onUncertain,
                    revision,
                    giveUpAfter,
                    sentCopy);
        }

        Form onUncertain(OnUncertain value) {
            return new Form(
                    key,
                    server,
                    enabled,
                    connections,
                    perMinute,
                    recipients,
                    retries,
                    value,
                    revision,
                    giveUpAfter,
                    sentCopy);
        }

        Form giveUpAfter(Duration value) {
            return new Form(
                    key,
                    server,
                    enabled,
                    connections,
                    perMinute,
                    recipients,
                    retries,
                    onUncertain,
                    revision,
                    value,
                    sentCopy);
        }

        Form sentCopy(@Nullable SentCopy value) {
            return new Form(
                    key,
                    server,
                    enabled,
                    connections,
                    perMinute,
                    recipients,
                    retries,
                    onUncertain,
                    revision,
                    giveUpAfter,
                    value);
        }

        Form changed() {
            return new Form(
                    key,
                    server,
                    enabled,
                    connections,
                    perMinute,
                    recipients,
                    retries,
                    onUncertain,
                    revision + 1,
                    giveUpAfter,
                    sentCopy);
        }

        OutputMailbox mailbox() {
            return new OutputMailbox(
                    key,
                    key,
                    enabled,
                    new ServerEndpoint(server, 587, ServerEndpoint.Security.STARTTLS),
                    null,
                    Mailbox.Authentication.NONE,
                    null,
                    MailAddress.parse("Acme <support@acme.example>"),
                    null,
                    false,
                    connections,
                    perMinute,
                    recipients,
                    retries,
                    giveUpAfter,
                    onUncertain,
                    sentCopy,
                    null,
                    null,
                    new Mailbox.Stamp(revision, Mailbox.Origin.REST, Instant.EPOCH, Instant.EPOCH));
        }
    }

    @Override
    public String account(Mailbox mailbox) {
        return mailbox.server().host() + " " + mailbox.user();
    }

    @Override
    public Optional<Mailbox> mailbox(String key) {
        return Optional.ofNullable(mailboxes.get(key.toLowerCase(Locale.ROOT)));
    }

    @Override
    public List<Mailbox> mailboxes() {
        return List.copyOf(mailboxes.values());
    }

    @Override
    public Optional<OutputMailbox> systemMailbox() {
        return Optional.empty();
    }

    @Override
    public Optional<Contract> contract(String key) {
        return Optional.empty();
    }

    @Override
    public List<Contract> contracts() {
        return List.of();
    }

    @Override
    public Optional<Contract> contractOfDomain(String domain) {
        return Optional.empty();
    }

    @Override
    public Credentials credentials(Mailbox mailbox) {
        return new Credentials.None();
    }
}
