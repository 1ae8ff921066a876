package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MailStore.Disposition;
import dev.mailroom.network.ConnectionReport.Code;
import jakarta.mail.MessagingException;
import java.util.List;
import org.eclipse.angus.mail.iap.Argument;
import org.eclipse.angus.mail.imap.protocol.BASE64MailboxEncoder;

/**
 * Marks, moves and deletes by UIDs, many with one command. A failed move never becomes a delete, and nothing is expunged
 * but what is named (RFC 4315).
 */
final class ImapDisposal {

    private final ImapMailStore store;

    ImapDisposal(ImapMailStore store) {
        this.store = store;
    }

    void dispose(Disposition disposition, List<Long> uids) throws MessagingException, MailStoreException {
        if (disposition instanceof Disposition.MarkSeen) {
            store.run("UID STORE " + ImapMailStore.set(uids) + " +FLAGS.SILENT (\\Seen)", null);
        } else if (disposition instanceof Disposition.Move move) {
            move(uids, move.folder());
        } else {
            delete(uids);
        }
    }

    private void move(List<Long> uids, String target) throws MessagingException, MailStoreException {
        try {
            if (store.has("MOVE")) {
                store.run("UID MOVE " + ImapMailStore.set(uids), name(target));
                return;
            }
            // One by one: a line that breaks between the two steps leaves one copy too many, not two hundred.
            for (long uid : uids) {
                copyAndDelete(uid, target);
            }
        } catch (MessagingException e) {
            if (!store.isBroken() && !store.folderExists(target)) {
                throw new MailStoreException(
                        Code.FOLDER_MISSING, "The folder for read mail does not exist on the server", e);
            }
            throw e;
        }
    }

    private void copyAndDelete(long uid, String target) throws MessagingException {
        if (!isMarkedDeleted(uid)) {
            store.run("UID COPY " + uid, name(target));
        }
        delete(List.of(uid));
    }

    /** A message that was copied before the line broke is marked as deleted: not to be copied once more. */
    private boolean isMarkedDeleted(long uid) throws MessagingException {
        return store.search("UID " + uid + " DELETED").contains(uid);
    }

    private void delete(List<Long> uids) throws MessagingException {
        store.run("UID STORE " + ImapMailStore.set(uids) + " +FLAGS.SILENT (\\Deleted)", null);
        if (store.has("UIDPLUS")) {
            store.run("UID EXPUNGE " + ImapMailStore.set(uids), null);
        }
        // Without UIDPLUS they stay marked: a plain EXPUNGE would also take what others have marked.
    }

    private static Argument name(String folder) {
        Argument name = new Argument();
        name.writeString(BASE64MailboxEncoder.encode(folder));
        return name;
    }
}
