package dev.mailroom.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** The columns of a {@link Mailbox.Stamp}, which mailboxes and contracts share. */
final class Stamps {

    private Stamps() {}

    static Mailbox.Stamp of(ResultSet row) throws SQLException {
        return new Mailbox.Stamp(
                row.getInt("REVISION_"),
                Mailbox.Origin.valueOf(row.getString("ORIGIN_")),
                Rows.setInstant(row, "CREATED_AT_"),
                Rows.setInstant(row, "CHANGED_AT_"));
    }

    static Mailbox.Stamp first(Instant now) {
        return new Mailbox.Stamp(1, Mailbox.Origin.REST, now, now);
    }

    static Mailbox.Stamp next(Mailbox.Stamp before, Instant now) {
        return new Mailbox.Stamp(before.revision() + 1, before.origin(), before.createdAt(), now);
    }
}
