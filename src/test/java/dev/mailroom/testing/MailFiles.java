package dev.mailroom.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Mails that lie in files. */
public final class MailFiles {

    private MailFiles() {}

    /** All {@code .eml} and {@code .msg} below a folder, in the order of their names. */
    public static List<Path> under(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.(eml|msg)"))
                    .sorted()
                    .toList();
        }
    }
}
