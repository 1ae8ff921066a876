package dev.mailroom.testing;

import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.AfterReading;
import dev.mailroom.registry.InputMailbox.Provider;
import dev.mailroom.registry.InputMailbox.Senders;
import dev.mailroom.registry.InputMailbox.StartFrom;
import dev.mailroom.registry.Mailbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Input mailboxes that differ from a given one in a few fields. */
public final class Mailboxes {

    private final InputMailbox base;
    private boolean enabled;
    private Provider provider;
    private AfterReading afterReading;
    private @Nullable String moveTo;
    private StartFrom startFrom;
    private boolean push;
    private @Nullable String process;
    private Senders senders;
    private List<String> allowed;
    private List<String> blocked;
    private Mailbox.Stamp stamp;
    private ServerEndpoint server;
    private Mailbox.Authentication authentication;

    private Mailboxes(InputMailbox base) {
        this.base = base;
        enabled = base.enabled();
        provider = base.provider();
        afterReading = base.afterReading();
        moveTo = base.moveTo();
        startFrom = base.startFrom();
        push = base.push();
        process = base.processDefinitionKey();
        senders = base.senders();
        allowed = base.allowedSenders();
        blocked = base.blockedSenders();
        stamp = base.stamp();
        server = base.server();
        authentication = base.authentication();
    }

    public static Mailboxes of(InputMailbox base) {
        return new Mailboxes(base);
    }

    public Mailboxes enabled(boolean value) {
        enabled = value;
        return this;
    }

    public Mailboxes provider(Provider value) {
        provider = value;
        return this;
    }

    public Mailboxes afterReading(AfterReading value, @Nullable String folder) {
        afterReading = value;
        moveTo = folder;
        return this;
    }

    public Mailboxes startFrom(StartFrom value) {
        startFrom = value;
        return this;
    }

    public Mailboxes push(boolean value) {
        push = value;
        return this;
    }

    public Mailboxes process(@Nullable String key) {
        process = key;
        return this;
    }

    public Mailboxes senders(Senders value, List<String> allowedSenders, List<String> blockedSenders) {
        senders = value;
        allowed = allowedSenders;
        blocked = blockedSenders;
        return this;
    }

    public Mailboxes stamp(Mailbox.Stamp value) {
        stamp = value;
        return this;
    }

    public Mailboxes server(ServerEndpoint value) {
        server = value;
        return this;
    }

    public Mailboxes authentication(Mailbox.Authentication value) {
        authentication = value;
        return this;
    }

    public InputMailbox build() {
        return new InputMailbox(
                base.key(),
                base.description(),
                enabled,
                provider,
                server,
                base.user(),
                authentication,
                base.oauth2(),
                base.folder(),
                base.address(),
                base.aliases(),
                base.plusAddressing(),
                afterReading,
                moveTo,
                startFrom,
                base.pollInterval(),
                push,
                base.contract(),
                process,
                base.routingDecision(),
                senders,
                allowed,
                blocked,
                base.trustedCertificates(),
                base.tenantId(),
                stamp);
    }
}
