package dev.mailroom.mailstore;

import dev.mailroom.network.FilteredLine;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.angus.mail.iap.ProtocolException;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.protocol.IMAPProtocol;
import org.eclipse.angus.mail.imap.protocol.IMAPResponse;

/**
 * Waits with IDLE (RFC 2177) on the calling thread, without a second one to watch it: reads time out when it is time to
 * renew or to return, and a server that does not answer DONE within the read time-out is dead. Renewing also finds
 * connections that died without a word.
 */
final class ImapIdle {

    private final IMAPFolder folder;
    private final FilteredLine line;
    private final InboundTimeoutProperties timeouts;

    ImapIdle(IMAPFolder folder, FilteredLine line, InboundTimeoutProperties timeouts) {
        this.folder = folder;
        this.line = line;
        this.timeouts = timeouts;
    }

    /** @return true: something may have come, or the time is over */
    boolean await(Duration atMost) throws MessagingException {
        long end = System.nanoTime() + atMost.toNanos();
        int before = folder.getMessageCount();
        boolean news = false;
        while (!news && System.nanoTime() < end) {
            Duration round = Duration.ofNanos(
                    Math.min(end - System.nanoTime(), timeouts.idle().toNanos()));
            news = (Boolean) folder.doCommand(protocol -> once(protocol, round, before));
        }
        return true;
    }

    private boolean once(IMAPProtocol protocol, Duration round, int before) throws ProtocolException {
        protocol.idleStart();
        long end = System.nanoTime() + round.toNanos();
        boolean news = false;
        boolean done = false;
        try {
            while (true) {
                long left = end - System.nanoTime();
                if (!done && (news || left < TimeUnit.MILLISECONDS.toNanos(1))) {
                    line.readTimeout(timeouts.read());
                    protocol.idleAbort();
                    done = true;
                } else if (!done) {
                    line.readTimeout(Duration.ofNanos(left));
                }
                Response response = protocol.readIdleResponse();
                if (response == null) {
                    return news;
                }
                if (isQuiet(response)) {
                    if (done) {
                        throw closed(response);
                    }
                    continue;
                }
                news |= isNews(response, before);
                if (!protocol.processIdleResponse(response)) {
                    return news;
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

    private static boolean isNews(Response response, int before) {
        return response instanceof IMAPResponse imap && imap.keyEquals("EXISTS") && imap.getNumber() != before;
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
