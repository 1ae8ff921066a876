package dev.mailroom.testing;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.registry.Contract;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A registry in memory, with short ways to fill it. */
public final class FakeRegistry implements MailboxRegistry {

    private static final Mailbox.Stamp STAMP = new Mailbox.Stamp(1, Mailbox.Origin.REST, Instant.EPOCH, Instant.EPOCH);

    private final Map<String, Mailbox> mailboxes = new ConcurrentHashMap<>();
    private final Map<String, Contract> contracts = new ConcurrentHashMap<>();

    public OutputMailbox output(String key, String sender, boolean system, @Nullable String replyTo) {
        OutputMailbox mailbox = new OutputMailbox(
                key,
                key,
                true,
                new ServerEndpoint("localhost", 25, ServerEndpoint.Security.NONE),
                null,
                Mailbox.Authentication.NONE,
                null,
                MailAddress.parse(sender),
                replyTo == null ? null : MailAddress.parse(replyTo),
                system,
                2,
                null,
                50,
                List.of(Duration.ofMinutes(1)),
                Duration.ofDays(1),
                OutputMailbox.OnUncertain.ASK,
                null,
                null,
                null,
                STAMP);
        mailboxes.put(folded(key), mailbox);
        return mailbox;
    }

    public InputMailbox input(String key, String address, @Nullable String contract) {
        InputMailbox mailbox = new InputMailbox(
                key,
                key,
                true,
                InputMailbox.Provider.IMAP,
                new ServerEndpoint("localhost", 143, ServerEndpoint.Security.NONE),
                "user",
                Mailbox.Authentication.NONE,
                null,
                "INBOX",
                MailAddress.parse(address),
                List.of(),
                false,
                InputMailbox.AfterReading.LEAVE,
                null,
                new InputMailbox.StartFrom.Now(),
                Duration.ofMinutes(5),
                false,
                contract,
                null,
                null,
                InputMailbox.Senders.ANYONE,
                List.of(),
                List.of(),
                null,
                null,
                STAMP);
        mailboxes.put(folded(key), mailbox);
        return mailbox;
    }

    public void contract(String key, @Nullable String outbox, String... contacts) {
        contracts.put(
                folded(key),
                new Contract(
                        key,
                        key,
                        null,
                        outbox,
                        List.of(),
                        List.of(contacts).stream().map(MailAddress::parse).toList(),
                        null,
                        null,
                        List.of(),
                        null,
                        true,
                        STAMP));
    }

    public void put(Mailbox mailbox) {
        mailboxes.put(folded(mailbox.key()), mailbox);
    }

    public void forget(String key) {
        mailboxes.remove(folded(key));
    }

    public void clear() {
        mailboxes.clear();
        contracts.clear();
    }

    private static String folded(String key) {
        return key.toLowerCase(Locale.ROOT);
    }

    @Override
    public String account(Mailbox mailbox) {
        return mailbox.server().host() + " " + mailbox.user();
    }

    @Override
    public Optional<Mailbox> mailbox(String key) {
        return Optional.ofNullable(mailboxes.get(folded(key)));
    }

    @Override
    public List<Mailbox> mailboxes() {
        return List.copyOf(mailboxes.values());
    }

    @Override
    public Optional<OutputMailbox> systemMailbox() {
        return mailboxes.values().stream()
                .filter(OutputMailbox.class::isInstance)
                .map(OutputMailbox.class::cast)
                .filter(OutputMailbox::systemMailbox)
                .findFirst();
    }

    @Override
    public Optional<Contract> contract(String key) {
        return Optional.ofNullable(contracts.get(folded(key)));
    }

    @Override
    public List<Contract> contracts() {
        return List.copyOf(contracts.values());
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
