package dev.mailroom.transport;

import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the configuration, as text: what is wrong with it is said in a sentence that names its key.
 *
 * @param stages where it holds: connect, greeting, tls, login, mail, rcpt, data, dot; absent = everywhere
 * @param code regular expression for the basic code; absent = any
 * @param enhanced regular expression for the enhanced code, the empty text when the server gives none; absent = any
 * @param text regular expression, in any case, that the text of the reply must contain; absent = any
 * @param scope whose failure it is: server, account, message or recipient
 * @param permanent no later try will help; only for message and recipient
 * @param word for journal and health, like TEMPORARY
 * @param sentence for people
 */
record OwnReplyRule(
        @Nullable List<String> stages,
        @Nullable String code,
        @Nullable String enhanced,
        @Nullable String text,
        @Nullable String scope,
        boolean permanent,
        @Nullable String word,
        @Nullable String sentence) {

    /** @param key of the whole rule, for the sentence that says what is wrong */
    ReplyRule rule(String key) {
        if (isBlank(code) && enhanced == null && isBlank(text)) {
            throw wrong(key, "needs a code, an enhanced code or a text; without any it would fit every reply");
        }
        Scope whose = one(Scope.class, key + ".scope", scope);
        if (permanent && (whose == Scope.SERVER || whose == Scope.ACCOUNT)) {
            throw wrong(key + ".permanent", "is for message and recipient; mail waits for server and account");
        }
        if (word == null || !word.matches("[A-Z][A-Z0-9_]{0,63}")) {
            throw wrong(key + ".word", "must be a word in capitals, like TEMPORARY");
        }
        return new ReplyRule(
                where(key + ".stages"),
                pattern(key + ".code", isBlank(code) ? "..." : code, 0),
                pattern(key + ".enhanced", enhanced == null ? ".*" : enhanced, 0),
                isBlank(text) ? null : pattern(key + ".text", text, Pattern.CASE_INSENSITIVE),
                whose,
                permanent,
                word,
                sentence == null || sentence.isBlank() ? "A rule of this installation says " + word : sentence);
    }

    private Set<Stage> where(String key) {
        if (stages == null || stages.isEmpty()) {
            return EnumSet.allOf(Stage.class);
        }
        return stages.stream().map(stage -> one(Stage.class, key, stage)).collect(Collectors.toSet());
    }

    private static <E extends Enum<E>> E one(Class<E> type, String key, @Nullable String value) {
        String wanted = value == null ? "" : value.strip();
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(() -> wrong(key, "is '" + wanted + "', but must be one of " + names(type)));
    }

    private static <E extends Enum<E>> String names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static Pattern pattern(String key, @Nullable String expression, int flags) {
        try {
            return Pattern.compile(expression == null ? "" : expression, flags);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    key + " is no regular expression: " + e.getDescription() + " at character " + (e.getIndex() + 1),
                    e);
        }
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    private static IllegalArgumentException wrong(String key, String what) {
        return new IllegalArgumentException(key + " " + what);
    }
}
