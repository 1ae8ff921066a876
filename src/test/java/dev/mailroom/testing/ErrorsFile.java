package dev.mailroom.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The tables of src/docs/errors.md, so that tests can try each of their rows. */
public final class ErrorsFile {

    /** @param where what the second column says */
    public record Row(String input, String where, String sentence) {

        @Override
        public String toString() {
            return input;
        }
    }

    private ErrorsFile() {}

    /** @param heading of the section, without its marks */
    public static List<Row> section(String heading) {
        String[] sections = text().split("(?m)^## ");
        String section = Arrays.stream(sections)
                .filter(part -> part.startsWith(heading + "\n"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("errors.md has no section '" + heading + "'"));
        return section.lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .map(line -> line.split(" \\| | \\|$|^\\| "))
                .map(cells -> new Row(cells[1].strip(), cells[2].strip(), cells[3].strip()))
                .toList();
    }

    private static String text() {
        try {
            return Files.readString(Path.of("src/docs/errors.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
