package dev.mailroom.chaos;

import static dev.mailroom.chaos.CrashPoint.ANSWERED;
import static dev.mailroom.chaos.CrashPoint.BEFORE_CONNECT;
import static dev.mailroom.chaos.CrashPoint.BEFORE_GATE;
import static dev.mailroom.chaos.CrashPoint.CLAIMED;
import static dev.mailroom.chaos.CrashPoint.CLAIMING;
import static dev.mailroom.chaos.CrashPoint.COMMITTED;
import static dev.mailroom.chaos.CrashPoint.DOUBT_COMMITTED;
import static dev.mailroom.chaos.CrashPoint.DOUBT_WRITTEN;
import static dev.mailroom.chaos.CrashPoint.GATE_COMMITTED;
import static dev.mailroom.chaos.CrashPoint.IN_GATE;
import static dev.mailroom.chaos.CrashPoint.RECORDED;
import static dev.mailroom.chaos.CrashPoint.RECORDING;
import static dev.mailroom.chaos.CrashPoint.WRITTEN;

import dev.mailroom.outbox.DeliveryQueue;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.MailTransport;
import dev.mailroom.transport.ProbeOutcome;
import dev.mailroom.transport.SubmissionOutcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.function.Supplier;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The ports of the outbox, each watched for the steps it stands at. So the program that is proven is the one that ships:
 * no line of it knows of crash points.
 */
public final class CrashingPorts {

    private final Plan plan;
    private final ThreadLocal<Boolean> inGate = ThreadLocal.withInitial(() -> false);

    /** @param plan may end the node, or whatever stands for it, at a point */
    public CrashingPorts(Plan plan) {
        this.plan = plan;
    }

    /** Told of each point that is reached. */
    @FunctionalInterface
    public interface Plan {
        void reached(Enum<?> point);
    }

    /** The port itself when it is none of those that are watched. */
    public Object watched(Object port) {
        if (port instanceof Outbox) {
            return watched(Outbox.class, port, this::callOutbox);
        } else if (port instanceof DeliveryQueue) {
            return watched(DeliveryQueue.class, port, this::callQueue);
        } else if (port instanceof PlatformTransactionManager manager) {
            return new Transactions(manager);
        }
        return port;
    }

    private Object callOutbox(Object outbox, Method method, Object[] arguments) throws Throwable {
        boolean enqueues = method.getName().equals("enqueue");
        if (enqueues) {
            // Before the outbox registers its own, so that the lane is not woken yet.
            afterCommit(COMMITTED);
        }
        Object result = call(outbox, method, arguments);
        if (enqueues) {
            plan.reached(WRITTEN);
        }
        return result;
    }

    private Object callQueue(Object queue, Method method, Object[] arguments) throws Throwable {
        Object result = call(queue, method, arguments);
        switch (method.getName()) {
            case "claim" -> {
                if (!((Collection<?>) result).isEmpty()) {
                    beforeCommit(CLAIMING);
                    afterCommit(CLAIMED);
                }
            }
            case "complete", "completeAll" -> {
                beforeCommit(RECORDING);
                afterCommit(RECORDED);
            }
            case "giveUp" -> {
                beforeCommit(DOUBT_WRITTEN);
                afterCommit(DOUBT_COMMITTED);
            }
            default -> {}
        }
        return result;
    }

    private void beforeCommit(CrashPoint point) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void beforeCommit(boolean readOnly) {
                plan.reached(point);
            }
        });
    }

    private void afterCommit(CrashPoint point) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                plan.reached(point);
            }
        });
    }

    @FunctionalInterface
    interface Call {
        Object on(Object port, Method method, Object[] arguments) throws Throwable;
    }

    static Object watched(Class<?> type, Object port, Call call) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.on(port, method, arguments));
    }

    static Object call(Object port, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(port, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The transport with its gate. */
    public MailTransport watched(MailTransport transport) {
        return new MailTransport() {
            @Override
            public SubmissionOutcome submit(Submission submission, DotGate gate) {
                plan.reached(BEFORE_CONNECT);
                SubmissionOutcome outcome = transport.submit(submission, watched(gate));
                plan.reached(ANSWERED);
                return outcome;
            }

            @Override
            public ProbeOutcome probe(OutputMailbox mailbox, Supplier<Credentials> credentials) {
                return transport.probe(mailbox, credentials);
            }

            @Override
            public void forget(String mailboxKey) {
                transport.forget(mailboxKey);
            }

            @Override
            public int open(String mailboxKey) {
                return transport.open(mailboxKey);
            }

            @Override
            public void trim(String mailboxKey, int most) {
                transport.trim(mailboxKey, most);
            }
        };
    }

    private MailTransport.DotGate watched(MailTransport.DotGate gate) {
        return accepted -> {
            plan.reached(BEFORE_GATE);
            inGate.set(true);
            boolean passed;
            try {
                passed = gate.pass(accepted);
            } finally {
                inGate.remove();
            }
            if (passed) {
                plan.reached(GATE_COMMITTED);
            }
            return passed;
        };
    }

    private final class Transactions implements PlatformTransactionManager {

        private final PlatformTransactionManager manager;

        Transactions(PlatformTransactionManager manager) {
            this.manager = manager;
        }

        @Override
        public TransactionStatus getTransaction(TransactionDefinition definition) {
            return manager.getTransaction(definition);
        }

        @Override
        public void commit(TransactionStatus status) {
            if (inGate.get()) {
                reachedInGate(status);
            }
            manager.commit(status);
        }

        /** Where only the thread ends, nobody else ends the transaction that is bound to it. */
        private void reachedInGate(TransactionStatus status) {
            try {
                plan.reached(IN_GATE);
            } catch (RuntimeException | Error end) {
                manager.rollback(status);
                throw end;
            }
        }

        @Override
        public void rollback(TransactionStatus status) {
            manager.rollback(status);
        }
    }
}
