package dev.mailroom.chaos;

import static dev.mailroom.chaos.ReadingPoint.ACTED;
import static dev.mailroom.chaos.ReadingPoint.BEFORE_ACTION;
import static dev.mailroom.chaos.ReadingPoint.BEFORE_QUIT;
import static dev.mailroom.chaos.ReadingPoint.CLAIMED;
import static dev.mailroom.chaos.ReadingPoint.DECIDED;
import static dev.mailroom.chaos.ReadingPoint.DECIDING;
import static dev.mailroom.chaos.ReadingPoint.FETCHED;
import static dev.mailroom.chaos.ReadingPoint.FETCHING;
import static dev.mailroom.chaos.ReadingPoint.OPENED;
import static dev.mailroom.chaos.ReadingPoint.QUIT;
import static dev.mailroom.chaos.ReadingPoint.STARTING;
import static dev.mailroom.chaos.ReadingPoint.STORED;
import static dev.mailroom.chaos.ReadingPoint.STORING;

import dev.mailroom.journal.MailContent;
import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStore.ContentConsumer;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.message.ByteSource;
import dev.mailroom.routing.ProcessGateway;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The ports of the inbox, each watched for the steps it stands at, as {@link CrashingPorts} does for the outbox. A mail
 * with {@link #POISON} in it halts the node that opens it, whatever the plan.
 */
final class CrashingReadingPorts {

    static final String POISON = "X-Poison: halt";

    private final CrashPlan plan;

    CrashingReadingPorts(CrashPlan plan) {
        this.plan = plan;
    }

    /** The port itself when it is none of those that are watched. */
    Object watched(Object port) {
        if (port instanceof MailStore.Opener) {
            return CrashingPorts.watched(MailStore.Opener.class, port, this::open);
        } else if (port instanceof MailContent) {
            return CrashingPorts.watched(MailContent.class, port, this::callContent);
        } else if (port instanceof MessageReader reader) {
            return (MessageReader) raw -> read(reader, raw);
        } else if (port instanceof ProcessGateway) {
            return CrashingPorts.watched(ProcessGateway.class, port, this::callGateway);
        }
        return port;
    }

    private Object open(Object opener, Method method, Object[] arguments) throws Throwable {
        MailStore store = (MailStore) CrashingPorts.call(opener, method, arguments);
        AtomicBoolean acted = new AtomicBoolean();
        return CrashingPorts.watched(
                MailStore.class, store, (port, called, values) -> callStore(port, called, values, acted));
    }

    private Object callStore(Object store, Method method, Object[] arguments, AtomicBoolean acted) throws Throwable {
        return switch (method.getName()) {
            case "fetch" -> {
                Object[] watched = arguments.clone();
                watched[1] = watched((ContentConsumer) arguments[1]);
                yield CrashingPorts.call(store, method, watched);
            }
            case "fetchSmall" -> {
                plan.reached(FETCHING);
                Object result = CrashingPorts.call(store, method, arguments);
                plan.reached(FETCHED);
                yield result;
            }
            case "dispose" -> {
                plan.reached(BEFORE_ACTION);
                Object result = CrashingPorts.call(store, method, arguments);
                acted.set(true);
                plan.reached(ACTED);
                yield result;
            }
            case "close" -> {
                reachedIf(acted, BEFORE_QUIT);
                Object result = CrashingPorts.call(store, method, arguments);
                reachedIf(acted, QUIT);
                yield result;
            }
            default -> CrashingPorts.call(store, method, arguments);
        };
    }

    private void reachedIf(AtomicBoolean acted, ReadingPoint point) {
        if (acted.get()) {
            plan.reached(point);
        }
    }

    private ContentConsumer watched(ContentConsumer consumer) {
        return source -> {
            consumer.accept(() -> new Halfway(source.open()));
            plan.reached(FETCHED);
        };
    }

    /** Hands out a few bytes, then comes to the point. */
    private final class Halfway extends FilterInputStream {

        private boolean begun;

        Halfway(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (begun) {
                plan.reached(FETCHING);
            }
            begun = true;
            return super.read(into, offset, Math.min(length, 100));
        }
    }

    private Object callContent(Object content, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("create") && TransactionSynchronizationManager.isSynchronizationActive()) {
            around(STORING, STORED);
        }
        return CrashingPorts.call(content, method, arguments);
    }

    private Object callGateway(Object gateway, Method method, Object[] arguments) throws Throwable {
        Object result = CrashingPorts.call(gateway, method, arguments);
        if (method.getName().equals("start")) {
            plan.reached(STARTING);
            around(DECIDING, DECIDED);
        }
        return result;
    }

    private void around(ReadingPoint beforeCommit, ReadingPoint afterCommit) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void beforeCommit(boolean readOnly) {
                plan.reached(beforeCommit);
            }

            @Override
            public void afterCommit() {
                plan.reached(afterCommit);
            }
        });
    }

    private dev.mailroom.message.IncomingMessage read(MessageReader reader, ByteSource raw)
            throws IOException, MessageReader.UnreadableMessageException {
        plan.reached(CLAIMED);
        haltOverPoison(raw);
        var message = reader.read(raw);
        plan.reached(OPENED);
        return message;
    }

    private static void haltOverPoison(ByteSource raw) throws IOException {
        try (InputStream in = raw.open()) {
            String head = new String(in.readNBytes(2000), StandardCharsets.ISO_8859_1);
            if (Arrays.asList(head.split("\r\n")).contains(POISON)) {
                System.out.println("NODE DIES OF POISON");
                Runtime.getRuntime().halt(134);
            }
        }
    }
}
