package dev.mailroom.camunda;

import dev.mailroom.registry.MailboxRegistry;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of keys in a model that are not registered yet: that is no fault, they may come later. Asks only once the
 * registry is there; models that are read while the engine starts are not judged.
 */
final class LiteralKeys implements BiConsumer<String, ModelCheck.EmailTaskKeys> {

    private static final Logger LOG = LoggerFactory.getLogger(LiteralKeys.class);

    private final Supplier<@Nullable MailboxRegistry> registry;

    LiteralKeys(Supplier<@Nullable MailboxRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public void accept(String task, ModelCheck.EmailTaskKeys keys) {
        MailboxRegistry known = registry.get();
        if (known == null) {
            return;
        }
        if (keys.mailbox() != null && known.mailbox(keys.mailbox()).isEmpty()) {
            LOG.warn("{}: there is no mailbox with the key '{}' yet", task, keys.mailbox());
        }
        if (keys.contract() != null && known.contract(keys.contract()).isEmpty()) {
            LOG.warn("{}: there is no contract with the key '{}' yet", task, keys.contract());
        }
    }
}
