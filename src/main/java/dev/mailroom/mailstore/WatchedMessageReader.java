package dev.mailroom.mailstore;

import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Reads in a thread of its own and looks at it from outside: a mail that costs more processor time than it may is given
 * up, whatever its reader still does. Waiting for the database, or for a busy machine, is not counted. A reader that was
 * given up gets no more bytes and the lowest priority; while {@value #MOST_GIVEN_UP} of them are still busy, no further
 * mail is read. Thread-safe.
 */
final class WatchedMessageReader implements MessageReader {

    private static final int MOST_GIVEN_UP = 8;
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final MessageReader reader;
    private final Duration limit;
    private final Semaphore places = new Semaphore(MOST_GIVEN_UP);
    private final AtomicLong numbers = new AtomicLong();

    /** @param limit processor time for one mail */
    WatchedMessageReader(MessageReader reader, Duration limit) {
        this.reader = reader;
        this.limit = limit;
    }

    @Override
    public IncomingMessage read(ByteSource raw) throws IOException, UnreadableMessageException {
        // Within a transaction the bytes come over its connection, which belongs to its thread; such a mail was read
        // before.
        return TransactionSynchronizationManager.isActualTransactionActive() ? reader.read(raw) : watched(raw);
    }

    private IncomingMessage watched(ByteSource raw) throws IOException, UnreadableMessageException {
        try {
            if (!places.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("Mails that take too long keep all readers busy");
            }
            Reading reading = new Reading(raw);
            reading.start();
            return reading.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while reading a mail", e);
        }
    }

    private final class Reading implements Runnable {
        private final ByteSource raw;
        private final CompletableFuture<IncomingMessage> result = new CompletableFuture<>();
        private final Thread thread = new Thread(this, "mailroom-read-" + numbers.incrementAndGet());
        private volatile boolean givenUp;

        Reading(ByteSource raw) {
            this.raw = raw;
        }

        void start() {
            thread.setDaemon(true);
            boolean started = false;
            try {
                thread.start();
                started = true;
            } finally {
                if (!started) {
                    // The system has no thread left for it: then nobody else gives the place back.
                    places.release();
                }
            }
        }

        @Override
        public void run() {
            try {
                result.complete(reader.read(() -> givenUp ? noMore() : new Stoppable(raw.open())));
            } catch (Throwable any) {
                result.completeExceptionally(any);
            } finally {
                places.release();
            }
        }

        IncomingMessage await() throws IOException, UnreadableMessageException, InterruptedException {
            while (true) {
                try {
                    return result.get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException stillBusy) {
                    if (THREADS.getThreadCpuTime(thread.getId()) > limit.toNanos()) {
                        giveUp();
                        throw new UnreadableMessageException(
                                "TOO_SLOW",
                                "The mail was not opened: reading it took more than " + limit.toMillis() / 1000.0
                                        + " seconds of processor time");
                    }
                } catch (ExecutionException e) {
                    throw rethrown(e);
                }
            }
        }

        @SuppressWarnings(
                "ThreadPriorityCheck") // nothing relies on it: it only is the better place for the other threads
        private void giveUp() {
            givenUp = true;
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.interrupt();
        }

        private InputStream noMore() throws IOException {
            throw new IOException("This mail was given up");
        }

        private IOException rethrown(ExecutionException failure) throws IOException, UnreadableMessageException {
            Throwable cause = failure.getCause();
            if (cause instanceof UnreadableMessageException unreadable) {
                throw unreadable;
            }
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            return cause instanceof IOException io ? io : new IOException("A mail could not be read", cause);
        }

        private final class Stoppable extends FilterInputStream {
            private Stoppable(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                check();
                return super.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                check();
                return super.read(into, offset, length);
            }

            private void check() throws IOException {
                if (givenUp) {
                    noMore();
                }
            }
        }
    }
}
