package dev.mailroom.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/** What a run measured, one line each in {@code target/chaos/results.txt} and on the console: for the dated table. */
final class Results {

    private static final Path FILE = Path.of("target", "chaos", "results.txt");

    private Results() {}

    static void add(String requirement, Instant startedAt, String figures) {
        String line = "%s %s (seed %d, %d s): %s%n"
                .formatted(
                        LocalDate.now(),
                        requirement,
                        Seed.VALUE,
                        Duration.between(startedAt, Instant.now()).toSeconds(),
                        figures);
        System.out.print(line);
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
