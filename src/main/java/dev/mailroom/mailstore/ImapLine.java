package dev.mailroom.mailstore;

import dev.mailroom.network.FilteredLine;
import jakarta.mail.MessagingException;
import jakarta.mail.Store;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.angus.mail.iap.Argument;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an IMAP server with one folder open on it: every command and the farewell within a time, every reply
 * within a size. Used by one thread.
 */
final class ImapLine {

    /** What a server may send in reply to a command that asks for little, whatever else it has to tell. */
    static final long SMALL_REPLY = 4L * 1024 * 1024;

    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final FilteredLine line;
    private final Store store;
    private final IMAPFolder folder;
    private @Nullable IOException broken;

    ImapLine(FilteredLine line, Store store, IMAPFolder folder) {
        this.line = line;
        this.store = store;
        this.folder = folder;
    }

    FilteredLine line() {
        return line;
    }

    IMAPFolder folder() {
        return folder;
    }

    /** What broke the line during a command, else null: the mail library tells it only in words. */
    @Nullable
    IOException broken() {
        return broken;
    }

    /** @param most bytes of the reply with all that comes along: a server that talks without end is cut off */
    Response[] run(String command, @Nullable Argument arguments, Duration atMost, long most) throws MessagingException {
        line.deadline(atMost);
        line.receiveAtMost(most);
        try {
            return (Response[]) folder.doCommand(protocol -> {
                Response[] responses = protocol.command(command, arguments);
                Response last = responses[responses.length - 1];
                if (last.isSynthetic() && last.getException() instanceof IOException io) {
                    broken = io;
                }
                protocol.notifyResponseHandlers(responses);
                protocol.handleResult(last);
                return responses;
            });
        } finally {
            line.noDeadline();
        }
    }

    void close() {
        line.deadline(FAREWELL);
        try {
            if (folder.isOpen()) {
                folder.close(false);
            }
            store.close();
        } catch (MessagingException | IllegalStateException alreadyBroken) {
            line.abort();
        } finally {
            line.noDeadline();
        }
    }
}
