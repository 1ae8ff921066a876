package dev.mailroom.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Message-ID with its angle brackets (RFC 5322 3.6.4); at most 995 characters, no blanks. */
public record MessageId(String value) {

    private static final Pattern FORM = Pattern.compile("<[^<>\\s\\p{Cc}\\p{Z}]{1,993}>");

    public MessageId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("Not a Message-ID");
        }
    }

    /** Reads what others wrote: brackets may be missing, blanks around it are dropped. */
    public static Optional<MessageId> tryParse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        String trimmed = text.strip();
        String bracketed = trimmed.startsWith("<") ? trimmed : "<" + trimmed + ">";
        return FORM.matcher(bracketed).matches() ? Optional.of(new MessageId(bracketed)) : Optional.empty();
    }

    /** All ids of a References or In-Reply-To header, in their order; rubbish between them is skipped. */
    public static List<MessageId> parseAll(@Nullable String header) {
        List<MessageId> ids = new ArrayList<>();
        if (header != null) {
            var matcher = FORM.matcher(header);
            while (matcher.find() && ids.size() < 1000) {
                ids.add(new MessageId(matcher.group()));
            }
        }
        return List.copyOf(ids);
    }

    @Override
    public String toString() {
        return value;
    }
}
