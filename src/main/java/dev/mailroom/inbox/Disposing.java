package dev.mailroom.inbox;

import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStore.Disposition;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.registry.InputMailbox;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Does on the server what is to be done with read mail: many messages with one command, and one by one where that fails,
 * so that a failure is counted for the message it belongs to. For one thread.
 */
final class Disposing {

    static final int MOST_FAILURES = 10;

    private static final int AT_ONCE = 200;
    private static final Set<Code> OF_A_DISPOSITION = EnumSet.of(Code.PROTOCOL, Code.FOLDER_MISSING);

    private final InputMailbox mailbox;
    private final LocatorLedger ledger;
    private final TransactionTemplate transaction;

    /** After a line broke in the middle of many: one by one, until that has worked. */
    private boolean carefully;

    Disposing(InputMailbox mailbox, LocatorLedger ledger, TransactionTemplate transaction) {
        this.mailbox = mailbox;
        this.ledger = ledger;
        this.transaction = transaction;
    }

    Optional<Disposition> disposition() {
        return switch (mailbox.afterReading()) {
            case LEAVE -> Optional.empty();
            case SEEN -> Optional.of(new Disposition.MarkSeen());
            case MOVE -> Optional.ofNullable(mailbox.moveTo()).map(Disposition.Move::new);
            case DELETE -> Optional.of(new Disposition.Delete());
        };
    }

    /** @return what could not be done, in words, else null */
    @Nullable
    String dispose(MailStore store, Disposition disposition, List<Locator> locators, BooleanSupplier goOn)
            throws MailStoreException {
        String trouble = null;
        for (int at = 0; at < locators.size() && goOn.getAsBoolean(); at += AT_ONCE) {
            List<Locator> some = locators.subList(at, Math.min(locators.size(), at + AT_ONCE));
            if (some.size() == 1 || carefully || !isDone(store, disposition, some)) {
                String of = oneByOne(store, disposition, some, goOn);
                trouble = of == null ? trouble : of;
            }
        }
        carefully = false;
        return trouble;
    }

    private boolean isDone(MailStore store, Disposition disposition, List<Locator> some) throws MailStoreException {
        try {
            store.dispose(some, disposition);
        } catch (MailStoreException e) {
            if (OF_A_DISPOSITION.contains(e.code())) {
                return false;
            }
            carefully = true;
            throw e;
        }
        transaction.executeWithoutResult(status -> ledger.disposed(mailbox.key(), some));
        return true;
    }

    private @Nullable String oneByOne(
            MailStore store, Disposition disposition, List<Locator> some, BooleanSupplier goOn)
            throws MailStoreException {
        String trouble = null;
        for (Locator locator : some) {
            if (!goOn.getAsBoolean()) {
                return trouble;
            }
            try {
                store.dispose(locator, disposition);
                ledger.disposed(mailbox.key(), List.of(locator));
            } catch (MailStoreException e) {
                ledger.disposeFailed(mailbox.key(), locator);
                if (!OF_A_DISPOSITION.contains(e.code())) {
                    throw e;
                }
                trouble = "A mail that was read could not be " + done() + " on the server: " + e.getMessage();
            }
        }
        return trouble;
    }

    private String done() {
        return switch (mailbox.afterReading()) {
            case LEAVE -> "left";
            case SEEN -> "marked as seen";
            case MOVE -> "moved";
            case DELETE -> "deleted";
        };
    }
}
