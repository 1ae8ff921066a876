package dev.mailroom.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.springframework.boot.SpringApplication;

/** A {@link ChaosNode} in a JVM of its own, with a bounded heap. For one thread at a time. */
public final class NodeProcess implements AutoCloseable {

    /** A start takes a few seconds, more when other work holds the machine. */
    private static final Duration STARTED_WITHIN = Duration.ofMinutes(2);

    private final String name;
    private final Process process;
    private final Path output;
    private int starts;
    private int pauses;

    private NodeProcess(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /** Settings of a node about to start. */
    public static final class Builder {

        private final String name;
        private final Path directory;
        private final Map<String, String> settings = new TreeMap<>();
        private final List<String> jvm = new ArrayList<>(List.of(
                "-Xmx256m",
                // The rest only makes the start quicker.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote"));

        Builder(String name, Path directory, Map<String, String> settings) {
            this.name = name;
            this.directory = directory;
            this.settings.putAll(settings);
            with("mailroom.node.name", name);
        }

        public Builder with(String setting, String value) {
            settings.put(setting, value);
            return this;
        }

        /** Later ones win over the usual {@code -Xmx256m}. */
        public Builder jvm(String option) {
            jvm.add(option);
            return this;
        }

        /** Dies there, the n-th time the point is reached. */
        public Builder dyingAt(CrashPoint point, int times) {
            return with("crash.at", point + ":" + times);
        }

        /** Is frozen there (SIGSTOP) each time the point is reached, until {@link NodeProcess#thaw}. */
        public Builder freezingAt(CrashPoint point) {
            return with("crash.at", point + ":*:stop");
        }

        /** Starts it; it gets ready, and works from {@link NodeProcess#work} on. */
        public NodeProcess start() {
            Path output = directory.resolve(name + ".log");
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvm);
            command.addAll(List.of("-cp", classPath(), SpringApplication.class.getName()));
            command.add("--spring.main.sources=" + ChaosNode.class.getName());
            command.add("--spring.main.web-application-type=none");
            settings.forEach((key, value) -> command.add("--" + key + "=" + value));
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
                return new NodeProcess(name, builder.start(), output);
            } catch (IOException e) {
                throw new UncheckedIOException("The node " + name + " did not start", e);
            }
        }

        private static String classPath() {
            // Surefire hides the true one behind a jar with a manifest.
            return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        }
    }

    public String name() {
        return name;
    }

    public NodeProcess awaitReady() {
        awaitSaid("NODE READY");
        return this;
    }

    /** Lets it work; waits until it is ready for that. */
    public NodeProcess work() {
        awaitReady();
        say("work");
        awaitSaid("NODE WORKS", ++starts);
        return this;
    }

    /** Lets it work without waiting for what it says: it may die of it, or another is to begin at the same time. */
    void letWork() {
        awaitReady();
        say("work");
    }

    /** It dies there, the n-th time from now on that the point is reached. */
    void arm(Enum<?> point, int times) {
        say("arm " + point.name() + ":" + times);
        awaitSaid("NODE IS ARMED");
    }

    /** It finishes what it has in hand and takes nothing more; returns when that is done. */
    public void pause() {
        say("pause");
        awaitSaid("NODE PAUSES", ++pauses);
    }

    private void say(String command) {
        try {
            OutputStream in = process.getOutputStream();
            in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("The node " + name + " is gone:\n" + said(), e);
        }
    }

    /** Waits for a line of its output. */
    public void awaitSaid(String text) {
        awaitSaid(text, 1);
    }

    private void awaitSaid(String text, int times) {
        Awaitility.await()
                .atMost(STARTED_WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> countOf(text) >= times || !process.isAlive());
        if (countOf(text) < times) {
            throw new IllegalStateException("The node " + name + " ended without saying " + text + ":\n" + said());
        }
    }

    private int countOf(String text) {
        return said().split(text, -1).length - 1;
    }

    /** Everything it has printed so far. */
    public String said() {
        try {
            return Files.exists(output) ? Files.readString(output, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** SIGKILL, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(30));
    }

    /** SIGTERM: an orderly stop. */
    public void terminate() {
        process.destroy();
        awaitEnd(Duration.ofSeconds(60));
    }

    /** SIGSTOP: neither works nor ends. */
    public void freeze() {
        signal("STOP");
    }

    public boolean isFrozen() {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid()), "status"))
                    .contains("State:\tT");
        } catch (IOException gone) {
            return false;
        }
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    public void awaitEnd(Duration atMost) {
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("The node " + name + " is still alive:\n" + said());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String signal) {
        try {
            int result = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (result != 0) {
                throw new IllegalStateException("No signal " + signal + " for the node " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
