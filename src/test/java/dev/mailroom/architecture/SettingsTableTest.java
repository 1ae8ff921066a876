package dev.mailroom.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of settings and what an IDE proposes are made of the same list: that of the classes. */
class SettingsTableTest {

    private static final Path PAGE = Path.of("src/docs/configuration.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `(mailroom\\.[a-z0-9.-]+)` \\| (?:`([^`]*)`)? ?\\| (.+) \\|");

    @Test
    void every_setting_stands_in_the_table_with_its_default() throws IOException {
        Map<String, String> described = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                described.put(row.group(1), row.group(2) == null ? "" : row.group(2));
            }
        }

        Map<String, String> known = new TreeMap<>();
        settings().forEach(setting -> known.put(setting.path("name").asText(), defaultOf(setting)));

        assertThat(described).as(PAGE.toString()).isEqualTo(known);
    }

    @Test
    void every_setting_has_a_description_that_an_ide_can_show() throws IOException {
        assertThat(settings())
                .allSatisfy(setting -> assertThat(setting.path("description").asText())
                        .as(setting.path("name").asText())
                        .isNotBlank()
                        .doesNotContain("{@"));
    }

    /** A list stands there in brackets. */
    private static String defaultOf(JsonNode setting) {
        return setting.path("defaultValue").asText().replaceAll("^\\[|]$", "");
    }

    /** From what the compiler wrote; other libraries on the class path have such a file too. */
    private static List<JsonNode> settings() throws IOException {
        List<URL> files = Collections.list(
                SettingsTableTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"));
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> settings = new ArrayList<>();
        for (URL file : files) {
            try (InputStream in = file.openStream()) {
                json.readTree(in).path("properties").forEach(settings::add);
            }
        }
        List<JsonNode> ours = settings.stream()
                .filter(setting -> setting.path("name").asText().startsWith("mailroom."))
                .toList();
        assertThat(ours).as("settings known to the compiler").isNotEmpty();
        return ours;
    }
}
