package dev.mailroom.outbox;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import dev.mailroom.registry.OutputMailbox.SentCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What tests vary of an Output mailbox; each change gives another form. */
final class OutputForm {

    private final String key;
    private String server = "smtp.x";
    private boolean enabled = true;
    private int connections = 2;
    private @Nullable Integer perMinute;
    private int recipients = 100;
    private List<Duration> retries = List.of(Duration.ofMinutes(1), Duration.ofMinutes(5));
    private OnUncertain onUncertain = OnUncertain.ASK;
    private int revision = 1;
    private Duration giveUpAfter = Duration.ofDays(5);
    private @Nullable SentCopy sentCopy;

    private OutputForm(String key) {
        this.key = key;
    }

    static OutputForm of(String key) {
        return new OutputForm(key);
    }

    private OutputForm with(Consumer<OutputForm> change) {
        OutputForm copy = new OutputForm(key);
        copy.server = server;
        copy.enabled = enabled;
        copy.connections = connections;
        copy.perMinute = perMinute;
        copy.recipients = recipients;
        copy.retries = retries;
        copy.onUncertain = onUncertain;
        copy.revision = revision;
        copy.giveUpAfter = giveUpAfter;
        copy.sentCopy = sentCopy;
        change.accept(copy);
        return copy;
    }

    OutputForm server(String value) {
        return with(form -> form.server = value);
    }

    /** Switching it is a change that nodes see. */
    OutputForm enabled(boolean value) {
        return changed().with(form -> form.enabled = value);
    }

    OutputForm connections(int value) {
        return with(form -> form.connections = value);
    }

    OutputForm perMinute(int value) {
        return with(form -> form.perMinute = value);
    }

    OutputForm recipients(int value) {
        return with(form -> form.recipients = value);
    }

    OutputForm retries(Duration... value) {
        return with(form -> form.retries = List.of(value));
    }

    OutputForm onUncertain(OnUncertain value) {
        return with(form -> form.onUncertain = value);
    }

    OutputForm giveUpAfter(Duration value) {
        return with(form -> form.giveUpAfter = value);
    }

    OutputForm sentCopy(@Nullable SentCopy value) {
        return with(form -> form.sentCopy = value);
    }

    /** The same with a higher revision. */
    OutputForm changed() {
        return with(form -> form.revision++);
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
