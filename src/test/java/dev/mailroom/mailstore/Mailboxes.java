package dev.mailroom.mailstore;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.AfterReading;
import dev.mailroom.registry.InputMailbox.Provider;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Input mailboxes for tests. */
final class Mailboxes {

    static final String USER = "support@acme.example";

    private Mailboxes() {}

    static InputMailbox of(Provider provider, String host, int port, Security security) {
        return of(provider, host, port, security, "INBOX", null);
    }

    static InputMailbox of(Provider provider, String host, int port, Security security, String folder, String moveTo) {
        return new InputMailbox(
                "acme-support",
                "Acme Support",
                true,
                provider,
                new ServerEndpoint(host, port, security),
                USER,
                Mailbox.Authentication.PASSWORD,
                null,
                folder,
                MailAddress.of(USER),
                List.of(),
                true,
                moveTo == null ? AfterReading.LEAVE : AfterReading.MOVE,
                moveTo,
                new InputMailbox.StartFrom.All(),
                Duration.ofMinutes(1),
                true,
                "acme",
                "service-request",
                null,
                InputMailbox.Senders.ANYONE,
                List.of(),
                List.of(),
                authorities(),
                null,
                new Mailbox.Stamp(1, Mailbox.Origin.REST, Instant.EPOCH, Instant.EPOCH));
    }

    static Credentials password(String password) {
        return new Credentials.Password(USER, new Secret(password));
    }

    static Credentials credentials() {
        return password("s3cret");
    }

    static String authorities() {
        try (InputStream pem = Mailboxes.class.getResourceAsStream("/tls/ca.pem")) {
            return new String(pem.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
