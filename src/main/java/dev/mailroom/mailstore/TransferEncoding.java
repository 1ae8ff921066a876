package dev.mailroom.mailstore;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;
import org.jspecify.annotations.Nullable;

/** How a part is packed for its way (RFC 2045 6), by the names that programs give it. */
enum TransferEncoding {
    PLAIN,
    BASE64,
    QUOTED_PRINTABLE,
    UUENCODE,

    /** No encoding at all, misspelled, most likely. */
    UNKNOWN,

    /** Somebody's own (RFC 2045 6.3): its letters are of no use to a reader. */
    FOREIGN;

    private static final Set<String> PLAIN_NAMES =
            Set.of("", "7bit", "8bit", "7bits", "8bits", "binary", "plain", "none", "text", "ascii", "usascii", "utf8");

    static TransferEncoding named(@Nullable String header) {
        String word = header == null ? "" : HeaderDecoder.lower(header.strip()).replaceAll("[;,(].*", "");
        String name = word.replaceAll("[\\s_\"'-]", "");
        if (PLAIN_NAMES.contains(name)) {
            return PLAIN;
        }
        if (name.equals("base64") || name.equals("b64")) {
            return BASE64;
        }
        if (name.matches("quote[d]?printable|qp")) {
            return QUOTED_PRINTABLE;
        }
        if (name.matches("x?uu(e|encode|encoded)?")) {
            return UUENCODE;
        }
        return word.startsWith("x-") ? FOREIGN : UNKNOWN;
    }

    /** @param broken told when something had to be mended */
    InputStream decode(InputStream encoded, Runnable broken) throws IOException {
        return switch (this) {
            case BASE64 -> new LenientBase64(encoded, broken);
            case QUOTED_PRINTABLE -> new QuotedPrintableInputStream(encoded, telling(broken));
            case UUENCODE -> new UuStream(encoded, broken);
            default -> encoded;
        };
    }

    private static DecodeMonitor telling(Runnable broken) {
        return new DecodeMonitor() {
            @Override
            public boolean warn(String error, String dropDesc) {
                broken.run();
                return false;
            }

            @Override
            public boolean isListening() {
                return true;
            }
        };
    }
}
