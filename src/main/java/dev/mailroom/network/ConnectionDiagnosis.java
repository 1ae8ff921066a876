package dev.mailroom.network;

import dev.mailroom.network.ConnectionReport.Code;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection failed, in the words of a connection test. Understands whatever stands in the chain of causes.
 *
 * @param text a sentence with the host, without the server's own words
 */
public record ConnectionDiagnosis(Code code, String text) {

    /** @param failure what was thrown while connecting, in the handshake, or while waiting for the first words */
    public static ConnectionDiagnosis of(Throwable failure, String host, int port) {
        List<Throwable> chain = chain(failure);
        HostNotAllowedException notAllowed = first(chain, HostNotAllowedException.class);
        if (notAllowed != null) {
            return new ConnectionDiagnosis(Code.HOST_NOT_ALLOWED, String.valueOf(notAllowed.getMessage()));
        }
        if (first(chain, UnknownHostException.class) != null) {
            return new ConnectionDiagnosis(Code.UNKNOWN_HOST, "No address is known for " + host);
        }
        if (first(chain, ConnectTimeoutException.class) != null
                || first(chain, NoRouteToHostException.class) != null
                || first(chain, PortUnreachableException.class) != null) {
            return new ConnectionDiagnosis(Code.CONNECT_TIMEOUT, host + " does not answer on port " + port);
        }
        if (first(chain, ConnectException.class) != null) {
            return new ConnectionDiagnosis(Code.CONNECT_REFUSED, host + " refuses connections on port " + port);
        }
        if (first(chain, SocketTimeoutException.class) != null) {
            return new ConnectionDiagnosis(
                    Code.NO_ANSWER, "Port " + port + " of " + host + " is open, but nobody speaks there");
        }
        return tls(chain, host, port);
    }

    /** For health and journal, where a server that is away is so in one word; the text tells in which way. */
    public String word() {
        return word(code);
    }

    /** The same for a code alone. */
    public static String word(Code code) {
        return code == Code.CONNECT_REFUSED || code == Code.CONNECT_TIMEOUT ? "SERVER_UNREACHABLE" : code.name();
    }

    private static ConnectionDiagnosis tls(List<Throwable> chain, String host, int port) {
        if (first(chain, CertificateExpiredException.class) != null
                || first(chain, CertificateNotYetValidException.class) != null
                || isExpiredPath(first(chain, CertPathValidatorException.class))) {
            return new ConnectionDiagnosis(
                    Code.CERTIFICATE_EXPIRED, "The certificate of " + host + " is not valid today");
        }
        if (chain.stream().anyMatch(ConnectionDiagnosis::isNameMismatch)) {
            return new ConnectionDiagnosis(
                    Code.CERTIFICATE_NAME, "The certificate that the server shows is not made for " + host);
        }
        if (first(chain, CertificateException.class) != null) {
            return new ConnectionDiagnosis(
                    Code.CERTIFICATE_UNTRUSTED,
                    "The certificate of " + host + " comes from nobody who is trusted here");
        }
        if (first(chain, SSLException.class) != null) {
            return new ConnectionDiagnosis(
                    Code.TLS_FAILED, "No TLS connection to port " + port + " of " + host + " came about");
        }
        if (first(chain, EOFException.class) != null) {
            return new ConnectionDiagnosis(Code.NO_ANSWER, host + " closed the connection");
        }
        return new ConnectionDiagnosis(Code.NO_ANSWER, "The connection to " + host + " broke");
    }

    private static boolean isExpiredPath(@Nullable CertPathValidatorException path) {
        return path != null && path.getReason() == CertPathValidatorException.BasicReason.EXPIRED;
    }

    /** JSSE has no class of its own for it; these are the beginnings of its sentences since Java 5. */
    private static boolean isNameMismatch(Throwable failure) {
        String message = failure.getMessage();
        return failure instanceof CertificateException
                && message != null
                && (message.startsWith("No subject alternative") || message.startsWith("No name matching"));
    }

    private static <T extends Throwable> @Nullable T first(List<Throwable> chain, Class<T> type) {
        return chain.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElse(null);
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable next = failure; next != null && chain.size() < 20; next = next.getCause()) {
            chain.add(next);
        }
        return chain;
    }
}
