package dev.mailroom.mailstore;

import dev.mailroom.network.FilteredLine;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.angus.mail.iap.ProtocolException;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.protocol.IMAPProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Waits with IDLE (RFC 2177) on the calling thread, without a second one to watch it: reads time out when it is time to
 * renew or to return, and a server that does not answer DONE within the read time-out is dead. Renewing also finds
 * connections that died without a word.
 */
final class ImapIdle {

    private final IMAPFolder folder;
    private final FilteredLine line;
    private final InboundTimeoutProperties timeouts;
    private final AtomicBoolean announced;

    /** @param announced set when the server announces new mail, with whatever command */
    ImapIdle(IMAPFolder folder, FilteredLine line, InboundTimeoutProperties timeouts, AtomicBoolean announced) {
        this.folder = folder;
        this.line = line;
        this.timeouts = timeouts;
        this.announced = announced;
    }

    /** @return true: something may have come, or the time is over */
    boolean await(Duration atMost) throws MessagingException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!announced.get() && System.nanoTime() < end) {
            Duration round = Duration.ofNanos(
                    Math.min(end - System.nanoTime(), timeouts.idle().toNanos()));
            folder.doCommand(protocol -> once(protocol, round));
        }
        return true;
    }

    private @Nullable Object once(IMAPProtocol protocol, Duration round) throws ProtocolException {
        line.receiveAtMost(ImapLine.SMALL_REPLY);
        protocol.idleStart();
        long end = System.nanoTime() + round.toNanos();
        boolean done = false;
        try {
            while (true) {
                long left = end - System.nanoTime();
                if (!done && (announced.get() || left < TimeUnit.MILLISECONDS.toNanos(1))) {
                    line.readTimeout(timeouts.read());
                    protocol.idleAbort();
                    done = true;
                } else if (!done) {
                    line.readTimeout(Duration.ofNanos(left));
                }
                Response response = protocol.readIdleResponse();
                if (response == null) {
                    return null;
                }
                if (isQuiet(response)) {
                    if (done) {
                        throw closed(response);
                    }
                    continue;
                }
                if (!protocol.processIdleResponse(response)) {
                    return null;
                }
            }
        } catch (IOException e) {
            throw new ProtocolException("The line broke", e);
        } finally {
            restoreTimeout();
        }
    }

    /** A read that waited in vain and consumed nothing. */
    private static boolean isQuiet(Response response) {
        return response.isBYE()
                && response.isSynthetic()
                && response.getException() instanceof SocketTimeoutException timeout
                && timeout.bytesTransferred == 0;
    }

    private static ProtocolException closed(Response response) {
        return new org.eclipse.angus.mail.iap.ConnectionException("No answer to DONE: " + response.getException());
    }

    private void restoreTimeout() {
        try {
            line.readTimeout(timeouts.read());
        } catch (IOException alreadyClosed) {
            // The next command says so.
            line.abort();
        }
    }
}
