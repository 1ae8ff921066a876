package dev.mailroom.registry;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One row that changes with every change of the registry. Readers compare it to know whether to read again; writers
 * lock it first, so that two changes at once cannot both make a system mailbox, or give one domain to two contracts.
 */
final class RegistryVersion {

    private static final String NAME = "registry.version";

    private final JdbcClient jdbc;
    private final Settings settings;

    RegistryVersion(JdbcClient jdbc, Settings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
        settings.findOrInsert(NAME, "first");
    }

    String current() {
        return settings.find(NAME).map(Settings.Setting::value).orElse("");
    }

    /** Inside the transaction of the change, before anything is read in it. */
    void change() {
        jdbc.sql("update MAILROOM_SETTING set VALUE_ = ? where NAME_ = ?")
                .params(UUID.randomUUID().toString(), NAME)
                .update();
    }
}
