package dev.mailroom.network;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket to a mail server: connects to checked addresses only, and can be ended from another thread at once.
 * Beneath TLS it stays reachable, so a deadline also ends a handshake. Reading and writing belong to one thread each;
 * {@link #abort} may be called by any.
 */
public final class MailSocket extends DelegatingSocket {

    private static final Duration USUAL_WRITE_TIMEOUT = Duration.ofMinutes(1);

    private final AddressSource addresses;
    private final Watchdog watchdog;

    private volatile boolean timedOut;
    private volatile Duration writeTimeout = USUAL_WRITE_TIMEOUT;
    private volatile long mayReceive = Long.MAX_VALUE;
    private volatile List<InetAddress> resolved = List.of();
    private volatile long resolvedAt;
    private volatile @Nullable SSLSocket secured;
    private @Nullable Future<?> deadline;

    MailSocket(AddressSource addresses, Watchdog watchdog) {
        this.addresses = addresses;
        this.watchdog = watchdog;
    }

    /**
     * Resolves and checks the host, then tries its addresses in turn until one answers.
     *
     * @param endpoint an {@link InetSocketAddress}; its host name counts, an address it may hold already does not
     * @param timeout milliseconds for the look-up and all addresses together, 0 = no limit
     * @throws HostNotAllowedException before anything is sent
     */
    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (!(endpoint instanceof InetSocketAddress target)) {
            throw new SocketException("only Internet addresses can be connected to");
        }
        String host = target.getHostString();
        long end = System.nanoTime() + Duration.ofMillis(timeout).toNanos();
        resolved = List.copyOf(addresses.of(host, target.getPort()));
        resolvedAt = System.nanoTime();
        IOException failure = new UnknownHostException(host);
        for (InetAddress candidate : resolved) {
            int left = timeout == 0 ? 0 : (int) Math.max(1, (end - System.nanoTime()) / 1_000_000);
            try {
                delegateTo(connected(named(host, candidate), target.getPort(), left));
                return;
            } catch (IOException e) {
                failure = e;
                if (timeout > 0 && System.nanoTime() >= end) {
                    break;
                }
            }
        }
        throw failure;
    }

    /** The checked addresses of the host in the order they are tried; empty before, and when it could not be resolved. */
    public List<InetAddress> resolved() {
        return resolved;
    }

    /** What was agreed in the handshake of the TLS that lies over this socket; empty without TLS. */
    public Optional<SSLSession> tlsSession() {
        SSLSocket socket = secured;
        return socket == null ? Optional.empty() : Optional.of(socket.getSession());
    }

    void securedBy(SSLSocket socket) {
        secured = socket;
    }

    long resolvedAtNanos() {
        return resolvedAt;
    }

    /** Ends the connection now, without a word to the server: what was not sent stays unsent. */
    public void abort() {
        try {
            // A reset instead of an orderly end: nothing that waits in a buffer may still go out.
            delegate().setSoLinger(true, 0);
        } catch (IOException alreadyClosed) {
            // Then there is nothing left to cut.
        }
        try {
            close();
        } catch (IOException alreadyClosed) {
            // As above.
        }
    }

    /** From now on the connection lives this long, whatever happens on it; replaces an earlier deadline. */
    public synchronized void deadline(Duration fromNow) {
        noDeadline();
        deadline = watchdog.after(fromNow, this::timeOut);
    }

    public synchronized void noDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /** How long one write may stand still because the server takes nothing; one minute unless set, zero = for ever. */
    public void writeTimeout(Duration limit) {
        writeTimeout = limit;
    }

    /** How many bytes the server may send from now on; a server that talks without end is cut off. */
    public void receiveAtMost(long bytes) {
        mayReceive = bytes;
    }

    /** Whether a deadline or a write that stood still ended the connection. */
    public boolean isTimedOut() {
        return timedOut;
    }

    @Override
    public void close() throws IOException {
        noDeadline();
        super.close();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(delegate().getInputStream()) {
            @Override
            public int read() throws IOException {
                int value = super.read();
                received(value < 0 ? 0 : 1);
                return value;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                received(Math.max(count, 0));
                return count;
            }

            @Override
            public void close() throws IOException {
                MailSocket.this.close();
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(delegate().getOutputStream()) {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Duration limit = writeTimeout;
                Future<?> alarm = limit.isZero() ? null : watchdog.after(limit, MailSocket.this::timeOut);
                try {
                    out.write(bytes, offset, length);
                } finally {
                    if (alarm != null) {
                        alarm.cancel(false);
                    }
                }
            }

            @Override
            public void close() throws IOException {
                MailSocket.this.close();
            }
        };
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads; another one only sets a new limit between commands
    private void received(int bytes) throws IOException {
        mayReceive -= bytes;
        if (mayReceive < 0) {
            abort();
            throw new IOException("the server sends more than any reply needs");
        }
    }

    private void timeOut() {
        timedOut = true;
        abort();
    }

    private static Socket connected(InetAddress address, int port, int timeout) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(address, port), timeout);
            return socket;
        } catch (SocketTimeoutException e) {
            socket.close();
            throw (IOException) new ConnectTimeoutException().initCause(e);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The checked address under the name it was asked by, so that nobody asks the DNS for a name again. */
    private static InetAddress named(String host, InetAddress address) throws UnknownHostException {
        return InetAddress.getByAddress(host, address.getAddress());
    }

    /** Resolves a host and refuses what is not allowed. */
    @FunctionalInterface
    interface AddressSource {
        List<InetAddress> of(String host, int port) throws IOException;
    }
}
