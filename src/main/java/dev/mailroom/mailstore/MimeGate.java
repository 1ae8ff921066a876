package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MessageReader.UnreadableMessageException;
import dev.mailroom.message.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.io.MaxHeaderLengthLimitException;
import org.apache.james.mime4j.io.MaxHeaderLimitException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;

/**
 * Looks through a mail once, keeping nothing, and stops at the first limit that is passed; so a bomb costs no more
 * than the bytes up to that point.
 */
final class MimeGate {

    private static final Set<String> ADDRESS_FIELDS = Set.of(
            "from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-to", "resent-cc", "resent-bcc");

    private final InboundLimitsProperties limits;

    MimeGate(InboundLimitsProperties limits) {
        this.limits = limits;
    }

    /**
     * @return bytes of the whole mail
     * @throws UnreadableMessageException at the first limit that is passed
     */
    long check(ByteSource raw) throws IOException, UnreadableMessageException {
        try (InputStream in = raw.open();
                CountedStream counted =
                        new CountedStream(in, limits.messageSize().toBytes())) {
            walk(counted);
            counted.drain();
            return counted.count();
        } catch (TooLargeException tooLarge) {
            throw new UnreadableMessageException(
                    "SIZE", "The mail is larger than " + limits.messageSize().toBytes() + " bytes");
        }
    }

    private void walk(InputStream in) throws IOException, UnreadableMessageException {
        MimeTokenStream tokens = new MimeTokenStream(MimeDialect.limited(limits));
        tokens.parse(in);
        int depth = 0;
        int parts = 0;
        long addresses = 0;
        try {
            for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                switch (state) {
                    case T_START_MESSAGE, T_START_MULTIPART -> {
                        if (++depth > limits.depth() + 1) {
                            throw tooMany("DEPTH", "parts are nested more than " + limits.depth() + " deep");
                        }
                    }
                    case T_END_MESSAGE, T_END_MULTIPART -> depth--;
                    case T_START_BODYPART -> {
                        if (++parts > limits.parts()) {
                            throw tooMany("PARTS", "it has more than " + limits.parts() + " parts");
                        }
                    }
                    case T_FIELD -> {
                        addresses += addressesIn(tokens.getField());
                        if (addresses > limits.addresses()) {
                            throw tooMany("ADDRESSES", "it names more than " + limits.addresses() + " addresses");
                        }
                    }
                    default -> {
                        // Bodies are skipped by the parser.
                    }
                }
            }
        } catch (MaxHeaderLimitException tooManyHeaders) {
            throw tooMany("HEADERS", "a part has more than " + limits.headers() + " header fields");
        } catch (MaxHeaderLengthLimitException tooLong) {
            throw tooMany("HEADER_LENGTH", "a header field is longer than " + limits.headerLength() + " characters");
        } catch (MimeException unparsable) {
            // Not a limit: the lenient reader makes of it what it can, up to the same place.
            return;
        }
    }

    private static UnreadableMessageException tooMany(String limit, String what) {
        return new UnreadableMessageException(limit, "The mail was not opened: " + what);
    }

    /** An upper bound, without parsing: separators or @ signs outside quotes, whichever are more. */
    private static long addressesIn(Field field) {
        if (!ADDRESS_FIELDS.contains(field.getNameLowerCase())) {
            return 0;
        }
        String body = field.getBody();
        long separators = 1;
        long ats = 0;
        boolean quoted = false;
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == ';')) {
                separators++;
            } else if (c == '@') {
                ats++;
            }
        }
        return Math.max(separators, ats);
    }

    /** The parser's rules, the same for the gate, the reader and each later opening of an attachment. */
    static final class MimeDialect {
        private MimeDialect() {}

        static MimeConfig limited(InboundLimitsProperties limits) {
            return MimeConfig.custom()
                    .setMaxLineLen(-1)
                    .setMaxHeaderCount(limits.headers())
                    .setMaxHeaderLen(limits.headerLength())
                    .setMaxContentLen(-1)
                    .build();
        }

        /** For bytes that have passed the gate. */
        static MimeConfig unlimited() {
            return MimeConfig.custom()
                    .setMaxLineLen(-1)
                    .setMaxHeaderCount(-1)
                    .setMaxHeaderLen(-1)
                    .setMaxContentLen(-1)
                    .build();
        }
    }

    private static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Counts, and ends the reading above the limit. */
    private static final class CountedStream extends java.io.FilterInputStream {
        private final long limit;
        private long count;

        CountedStream(InputStream in, long limit) {
            super(in);
            this.limit = limit;
        }

        long count() {
            return count;
        }

        void drain() throws IOException {
            byte[] buffer = new byte[8192];
            while (read(buffer, 0, buffer.length) >= 0) {
                // Only the count matters.
            }
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            if (value >= 0) {
                counted(1);
            }
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                counted(read);
            }
            return read;
        }

        private void counted(int more) throws IOException {
            count += more;
            if (count > limit) {
                throw new TooLargeException();
            }
        }
    }
}
