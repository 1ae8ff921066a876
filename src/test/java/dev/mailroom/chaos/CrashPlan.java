package dev.mailroom.chaos;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a node does to itself: {@code POINT:n} dies when the point is reached the n-th time, {@code POINT:*:stop}
 * freezes there (SIGSTOP) each time until somebody lets it go on. A plan can be made later, too. Thread-safe.
 */
final class CrashPlan implements CrashingPorts.Plan {

    private static final int EACH_TIME = -1;

    private volatile Step step;

    /** @param point name of a {@link CrashPoint} or {@link ReadingPoint} */
    private record Step(@Nullable String point, int times, boolean freezes, AtomicInteger reached) {

        static Step parse(String text) {
            if (text.isBlank()) {
                return new Step(null, 0, false, new AtomicInteger());
            }
            String[] parts = text.split(":");
            boolean freezes = parts.length > 2 && parts[2].equals("stop");
            int times = parts[1].equals("*") ? EACH_TIME : Integer.parseInt(parts[1]);
            return new Step(parts[0], times, freezes, new AtomicInteger());
        }

        boolean isHere(Enum<?> here) {
            return here.name().equals(point) && (reached.incrementAndGet() == times || times == EACH_TIME);
        }
    }

    private CrashPlan(Step step) {
        this.step = step;
    }

    static CrashPlan parse(String text) {
        return new CrashPlan(Step.parse(text));
    }

    /** Another plan from now on. */
    void arm(String text) {
        step = Step.parse(text);
    }

    @Override
    public void reached(Enum<?> here) {
        Step now = step;
        if (!now.isHere(here)) {
            return;
        }
        if (now.freezes) {
            System.out.println("NODE FREEZES AT " + here);
            freeze();
            System.out.println("NODE GOES ON AT " + here);
        } else {
            System.out.println("NODE DIES AT " + here);
            Runtime.getRuntime().halt(137);
        }
    }

    /** The signal stops every thread of this JVM, this one included; the wait ends after the thaw. */
    private static void freeze() {
        try {
            new ProcessBuilder(
                            "kill",
                            "-STOP",
                            Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
            Thread.sleep(50);
        } catch (IOException e) {
            throw new IllegalStateException("The node could not be frozen", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
