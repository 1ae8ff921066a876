package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What people read of the rules is what the program does. */
class ReplyRulesPageTest {

    private static final Path PAGE = Path.of("src/docs/operations.md");
    private static final String HEAD = "| said at | code | enhanced code | text says | whose | tried again | word |";

    @Test
    void the_page_shows_the_built_in_rules_in_their_order() throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        assertThat(lines).contains(HEAD);
        List<String> shown = lines.subList(lines.indexOf(HEAD) + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        List<String> rules =
                BuiltInReplyRules.RULES.stream().map(ReplyRulesPageTest::row).toList();

        assertThat(String.join("\n", shown)).isEqualTo(String.join("\n", rules));
    }

    private static String row(ReplyRule rule) {
        return "| " + where(rule) + " | " + code(rule.code().pattern()) + " | "
                + (rule.enhanced().pattern().equals(".*")
                        ? ""
                        : code(rule.enhanced().pattern()))
                + " | " + (rule.says() == null ? "" : code(rule.says().pattern())) + " | "
                + rule.scope().name().toLowerCase(Locale.ROOT) + " | " + (rule.permanent() ? "no" : "yes") + " | `"
                + rule.word() + "` |";
    }

    private static String where(ReplyRule rule) {
        if (rule.stages().size() == Stage.values().length) {
            return "anywhere";
        }
        return Arrays.stream(Stage.values())
                .filter(rule.stages()::contains)
                .map(stage -> stage.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String code(String expression) {
        return expression.equals("...") ? "any" : "`" + expression.replace("|", "\\|") + "`";
    }
}
