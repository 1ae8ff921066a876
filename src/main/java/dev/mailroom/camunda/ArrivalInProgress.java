package dev.mailroom.camunda;

import dev.mailroom.message.MailId;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The incoming mail that starts or continues an instance on this thread right now. Its journal row learns of the
 * instance only when the engine returns; tasks that run until then must already know what they answer.
 */
final class ArrivalInProgress {

    @SuppressWarnings("ThreadLocalUsage") // one for each engine of the JVM
    private final ThreadLocal<@Nullable Arrival> current = new ThreadLocal<>();

    /** @param continues id of the instance that goes on; null = one begins */
    private record Arrival(MailId mail, @Nullable String continues) {}

    <T> T starting(MailId mail, Supplier<T> work) {
        return during(new Arrival(mail, null), work);
    }

    <T> T continuing(MailId mail, String processInstanceId, Supplier<T> work) {
        return during(new Arrival(mail, processInstanceId), work);
    }

    /** The mail that begins an instance on this thread. */
    Optional<MailId> beginning() {
        return Optional.ofNullable(current.get())
                .filter(arrival -> arrival.continues() == null)
                .map(Arrival::mail);
    }

    /** The mail that continues this instance on this thread. */
    Optional<MailId> continuation(String processInstanceId) {
        return Optional.ofNullable(current.get())
                .filter(arrival -> processInstanceId.equals(arrival.continues()))
                .map(Arrival::mail);
    }

    private <T> T during(Arrival arrival, Supplier<T> work) {
        Arrival before = current.get();
        current.set(arrival);
        try {
            return work.get();
        } finally {
            if (before == null) {
                current.remove();
            } else {
                current.set(before);
            }
        }
    }
}
