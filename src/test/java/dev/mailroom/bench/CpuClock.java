package dev.mailroom.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Processor time that this JVM and its PostgreSQL have used; other programs on the machine do not count. Linux. */
final class CpuClock {

    private static final double TICKS = 100;

    private final long postmaster;

    CpuClock(BenchServer server) {
        int backend = server.jdbc()
                .sql("select pg_backend_pid()")
                .query(Integer.class)
                .single();
        postmaster = ProcessHandle.of(backend)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .orElse(-1L);
    }

    /** Seconds of this JVM since its start, the mail servers of the benchmark included. */
    static double jvm() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** Seconds of JVM and database. */
    double both() {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            double database = all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .mapToDouble(this::ofDatabase)
                    .sum();
            return jvm() + database;
        } catch (IOException e) {
            return jvm();
        }
    }

    private double ofDatabase(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            boolean isPostmaster = process.getFileName().toString().equals(String.valueOf(postmaster));
            if (!isPostmaster && Long.parseLong(fields[1]) != postmaster) {
                return 0;
            }
            long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            // The postmaster also knows what its children used that are gone.
            long gone = isPostmaster ? Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : 0;
            return (ticks + gone) / TICKS;
        } catch (IOException | RuntimeException ended) {
            return 0;
        }
    }
}
