package dev.mailroom.inbox;

import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.StartFrom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a folder lay there before the mailbox's start. NOW means the moment it was registered, by the
 * server's date of arrival (whole seconds); a server that does not tell dates (POP3) leaves only what is found.
 */
final class StartLine {

    /** By how much a server's clock may be wrong before it hides mail that has just come. */
    private static final Duration CLOCKS = Duration.ofDays(1);

    private final InputMailbox mailbox;
    private final @Nullable Instant firstContact;

    /** @param firstContact earlier one, under another UIDVALIDITY; null when this is the first */
    StartLine(InputMailbox mailbox, @Nullable Instant firstContact) {
        this.mailbox = mailbox;
        this.firstContact = firstContact;
    }

    boolean isBefore(Found found) {
        if (mailbox.startFrom() instanceof StartFrom.All) {
            return false;
        }
        if (mailbox.startFrom() instanceof StartFrom.Day from) {
            Instant day = from.day().atStartOfDay(ZoneOffset.UTC).toInstant();
            return found.internalDate() != null && found.internalDate().isBefore(day);
        }
        if (found.internalDate() == null) {
            return firstContact == null;
        }
        return found.internalDate().isBefore(mailbox.stamp().createdAt().truncatedTo(ChronoUnit.SECONDS));
    }

    /** For what turns up after the first look, as when a folder is filled again from a copy. */
    boolean isLongBefore(Found found) {
        Instant arrived = found.internalDate();
        return arrived != null && isBefore(new Found(found.locator(), found.size(), arrived.plus(CLOCKS)));
    }
}
