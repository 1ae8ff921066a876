package dev.mailroom.database;

import dev.mailroom.message.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;

/**
 * Which change logs a database was last brought up to, as one hash over all of them. Most starts change nothing, and to
 * learn that from Liquibase costs a good part of what Mailroom adds to a start.
 */
final class SchemaMark {

    /** The master and all that it includes. */
    static final List<String> CHANGELOGS = List.of(
            "mailroom/db/changelog.yaml",
            "mailroom/db/registry.yaml",
            "mailroom/db/journal.yaml",
            "mailroom/db/inbox.yaml");

    private final String hash = hash();

    private static String hash() {
        try {
            MessageDigest digest = Hashes.newSha256();
            for (String name : CHANGELOGS) {
                try (InputStream file = SchemaMark.class.getClassLoader().getResourceAsStream(name)) {
                    digest.update(file == null ? new byte[0] : file.readAllBytes());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException("Mailroom's change logs could not be read", e);
        }
    }

    /** Whether these very change logs were carried out here. */
    boolean isOn(Connection connection) {
        try (PreparedStatement query = connection.prepareStatement("select HASH from MAILROOM_SCHEMA");
                ResultSet rows = query.executeQuery()) {
            return rows.next() && hash.equals(rows.getString(1));
        } catch (SQLException notMadeYet) {
            return false;
        }
    }

    void put(Connection connection) throws SQLException {
        try (PreparedStatement change = connection.prepareStatement("update MAILROOM_SCHEMA set HASH = ?")) {
            change.setString(1, hash);
            change.executeUpdate();
        }
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }
}
