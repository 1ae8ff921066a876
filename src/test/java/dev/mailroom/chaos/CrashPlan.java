package dev.mailroom.chaos;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a node does to itself: {@code POINT:n} dies when the point is reached the n-th time, {@code POINT:*:stop}
 * freezes there (SIGSTOP) each time until somebody lets it go on. Thread-safe.
 */
final class CrashPlan implements CrashingPorts.Plan {

    private static final int EACH_TIME = -1;

    private final @Nullable CrashPoint point;
    private final int times;
    private final boolean freezes;
    private final AtomicInteger reached = new AtomicInteger();

    private CrashPlan(@Nullable CrashPoint point, int times, boolean freezes) {
        this.point = point;
        this.times = times;
        this.freezes = freezes;
    }

    static CrashPlan parse(String text) {
        if (text.isBlank()) {
            return new CrashPlan(null, 0, false);
        }
        String[] parts = text.split(":");
        boolean freezes = parts.length > 2 && parts[2].equals("stop");
        return new CrashPlan(
                CrashPoint.valueOf(parts[0]), parts[1].equals("*") ? EACH_TIME : Integer.parseInt(parts[1]), freezes);
    }

    @Override
    public void reached(CrashPoint here) {
        if (here != point || reached.incrementAndGet() != times && times != EACH_TIME) {
            return;
        }
        if (freezes) {
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
