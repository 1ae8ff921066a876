package dev.mailroom.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A program on the class path of the tests, in a JVM of its own with a small heap. It ends when its memory does. */
public final class SmallJvm implements AutoCloseable {

    private final Process process;
    private final Path output;
    private final Path gc;

    private SmallJvm(Process process, Path output, Path gc) {
        this.process = process;
        this.output = output;
        this.gc = gc;
    }

    /**
     * @param directory gets what it prints and its log of garbage collections
     * @param heap megabytes
     */
    public static SmallJvm start(Path directory, int heap, Class<?> main, List<String> arguments) {
        Path output = directory.resolve("server.log");
        Path gc = directory.resolve("gc.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:gc,gc+init:file=" + gc,
                "-cp",
                // Surefire hides the true one behind a jar with a manifest.
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new SmallJvm(process, output, gc);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All it has printed. */
    public String output() {
        return read(output);
    }

    /** It lives, and its memory was enough. */
    public void assertWell() {
        assertThat(isOutOfMemory()).isFalse();
        assertThat(isAlive()).as(output()).isTrue();
    }

    public boolean isOutOfMemory() {
        return output().contains("OutOfMemoryError");
    }

    public String gcLog() {
        return read(gc);
    }

    /** Megabytes, from lines such as {@code Pause Full (Allocation Failure) 123M->45M(256M)}. */
    public int mostAfterGc() {
        return Pattern.compile("\\d+M->(\\d+)M\\(")
                .matcher(gcLog())
                .results()
                .mapToInt(result -> Integer.parseInt(result.group(1)))
                .max()
                .orElse(0);
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
