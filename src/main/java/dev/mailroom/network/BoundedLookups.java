package dev.mailroom.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gives the DNS a time limit: the platform's look-up has none and cannot be interrupted. */
final class BoundedLookups implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int MOST_AT_A_TIME = 64;

    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(0, MOST_AT_A_TIME, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "mailroom-dns");
                thread.setDaemon(true);
                return thread;
            });

    MailSocket.AddressSource bounded(MailSocket.AddressSource source) {
        return (host, port) -> await(host, start(host, () -> source.of(host, port)));
    }

    private Future<List<InetAddress>> start(String host, Callable<List<InetAddress>> lookup)
            throws UnknownHostException {
        try {
            return threads.submit(lookup);
        } catch (RejectedExecutionException e) {
            throw unknown(host, "too many look-ups wait for the DNS", e);
        }
    }

    private static List<InetAddress> await(String host, Future<List<InetAddress>> lookup) throws IOException {
        try {
            return lookup.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException("The look-up of a host failed", e.getCause());
        } catch (TimeoutException e) {
            lookup.cancel(true);
            throw unknown(host, "the DNS does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host, "interrupted", e);
        }
    }

    private static UnknownHostException unknown(String host, String why, Exception cause) {
        var unknown = new UnknownHostException(host + ": " + why);
        unknown.initCause(cause);
        return unknown;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
