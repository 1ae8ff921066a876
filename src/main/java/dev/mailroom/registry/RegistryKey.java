package dev.mailroom.registry;

import java.text.Normalizer;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Keys of mailboxes and contracts: their form, how they are compared, how one is made from a description. */
final class RegistryKey {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int LONGEST = 63;

    private RegistryKey() {}

    static boolean isValid(String key) {
        return FORM.matcher(key).matches();
    }

    /** What two spellings of one key have in common; also the primary key of its row. */
    static String id(String key) {
        return key.toLowerCase(Locale.ROOT);
    }

    /** "Acme Support" becomes acme-support, or acme-support-2 where that is taken. */
    static String from(String description, Predicate<String> isTaken) {
        String plain = Normalizer.normalize(description, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
        String slug =
                plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String base = slug.isEmpty() ? "mailbox" : cut(slug, LONGEST);
        String key = base;
        for (int number = 2; isTaken.test(key); number++) {
            String suffix = "-" + number;
            key = cut(base, LONGEST - suffix.length()) + suffix;
        }
        return key;
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
