package dev.mailroom.mailstore;

import dev.mailroom.network.ConnectionDiagnosis;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.ServerEndpoint;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.FolderClosedException;
import jakarta.mail.FolderNotFoundException;
import jakarta.mail.MessagingException;
import jakarta.mail.StoreClosedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the mail library throws, said in the words of a connection test; server texts stay behind. */
final class StoreFailures {

    /** RFC 5530, RFC 2449 8, RFC 3206: refused now, not for good; a wrong password is something else. */
    private static final Pattern LATER = Pattern.compile(
            "UNAVAILABLE|INUSE|IN-USE|LOGIN-DELAY|SYS/TEMP|SERVERBUG|LIMIT\\]|too many|try again|temporar",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern RESPONSE_CODE = Pattern.compile("\\[([A-Z][A-Z/-]{1,30})\\]");

    private StoreFailures() {}

    static MailStoreException of(Throwable failure, ServerEndpoint server, @Nullable IOException line) {
        Optional<IOException> io = Optional.ofNullable(line).or(() -> firstIo(failure));
        String text = String.valueOf(failure.getMessage());
        if (failure instanceof FolderNotFoundException) {
            return new MailStoreException(Code.FOLDER_MISSING, "The folder does not exist on the server", failure);
        }
        if (io.isPresent()) {
            return ofLine(io.get(), server, failure);
        }
        if (text.contains("STARTTLS")) {
            return new MailStoreException(Code.NO_STARTTLS, server.host() + " does not offer STARTTLS", failure);
        }
        if (failure instanceof AuthenticationFailedException) {
            return login(text, server, failure);
        }
        if (failure instanceof FolderClosedException || failure instanceof StoreClosedException) {
            return new MailStoreException(Code.NO_ANSWER, "The connection to " + server.host() + " broke", failure);
        }
        return new MailStoreException(
                Code.PROTOCOL, server.host() + " answered in a way that was not expected" + code(text), failure);
    }

    static MailStoreException ofLine(IOException failure, ServerEndpoint server, Throwable cause) {
        ConnectionDiagnosis diagnosis = ConnectionDiagnosis.of(failure, server.host(), server.port());
        return new MailStoreException(diagnosis.code(), diagnosis.text(), cause);
    }

    /** The mail library turns a server that falls silent during the login into a failed login: the text tells. */
    static MailStoreException login(String text, ServerEndpoint server, @Nullable Throwable cause) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("timed out")) {
            return ofLine(new SocketTimeoutException(), server, cause == null ? new SocketTimeoutException() : cause);
        }
        if (lower.contains("eof") || lower.contains("connection reset") || lower.contains("socket closed")) {
            return ofLine(new EOFException(), server, cause == null ? new EOFException() : cause);
        }
        if (LATER.matcher(text).find()) {
            return new MailStoreException(
                    Code.PROTOCOL, server.host() + " puts the login off for now" + code(text), cause);
        }
        return new MailStoreException(Code.LOGIN_REFUSED, "User name or password refused" + code(text), cause);
    }

    private static String code(String text) {
        Matcher code = RESPONSE_CODE.matcher(text);
        return code.find() ? " (" + code.group(1) + ")" : "";
    }

    private static Optional<IOException> firstIo(Throwable failure) {
        Throwable next = failure;
        for (int depth = 0; next != null && depth < 20; depth++) {
            if (next instanceof IOException io) {
                return Optional.of(io);
            }
            boolean chained = next instanceof MessagingException messaging && messaging.getNextException() != null;
            next = chained ? ((MessagingException) next).getNextException() : next.getCause();
        }
        return Optional.empty();
    }
}
