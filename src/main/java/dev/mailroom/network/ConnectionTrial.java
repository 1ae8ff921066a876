package dev.mailroom.network;

import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.ConnectionReport.Name;
import dev.mailroom.network.ConnectionReport.Step;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection test under way: makes the steps that all protocols share and takes down those of the caller's own.
 * For one thread.
 *
 * <pre>
 * try (ConnectionTrial trial = probe.trial(server, trusted, pem, Duration.ofSeconds(8))) {
 *     if (trial.connect() &amp;&amp; (server.security() != TLS || trial.secure())) { … speak on trial.socket() … }
 *     return trial.report(RESOLVE, CONNECT, TLS, LOGIN, FOLDER);
 * }
 * </pre>
 */
public final class ConnectionTrial implements AutoCloseable {

    private final ServerEndpoint server;
    private final MailSocket line;
    private final SSLSocketFactory tls;
    private final long started = System.nanoTime();
    private final long end;
    private final List<Step> steps = new ArrayList<>();

    private long stepStarted = started;
    private @Nullable SSLSocket secured;
    private boolean failed;

    ConnectionTrial(ServerEndpoint server, MailSocket line, SSLSocketFactory tls, Duration limit) {
        this.server = server;
        this.line = line;
        this.tls = tls;
        this.end = started + limit.toNanos();
    }

    /** RESOLVE and CONNECT; false when one of them failed. */
    public boolean connect() {
        try {
            line.setSoTimeout(millisLeft());
            line.deadline(Duration.ofMillis(millisLeft()));
            line.connect(InetSocketAddress.createUnresolved(server.host(), server.port()), millisLeft());
        } catch (IOException e) {
            boolean resolved = resolvePassed();
            fail(resolved ? Name.CONNECT : Name.RESOLVE, e);
            return false;
        }
        resolvePassed();
        passed(Name.CONNECT, "Port " + server.port() + " answers");
        return true;
    }

    /** TLS over what is connected: at once for implicit TLS, after the protocol's word for STARTTLS. */
    public boolean secure() {
        try {
            line.setSoTimeout(millisLeft());
            secured = (SSLSocket) tls.createSocket(line, server.host(), server.port(), true);
            secured.startHandshake();
        } catch (IOException e) {
            fail(Name.TLS, e);
            return false;
        }
        tlsPassed();
        return true;
    }

    /** The handshake went well; also for one that the caller's mail library made. */
    public void tlsPassed() {
        passed(Name.TLS, line.tlsSession().map(ConnectionTrial::describe).orElse("TLS"));
    }

    /** The TLS socket when there is one, else the plain one. */
    public Socket socket() {
        return secured == null ? line : secured;
    }

    public MailSocket line() {
        return line;
    }

    /** Milliseconds until the limit, at least 1. */
    public int millisLeft() {
        return (int) Math.max(1, (end - System.nanoTime()) / 1_000_000);
    }

    public void passed(Name step, String text) {
        steps.add(new Step(step, true, lap(), null, text, null));
    }

    public void fail(Name step, Code code, String text, @Nullable String field) {
        steps.add(new Step(step, false, lap(), code, text, field));
        failed = true;
    }

    /** A failure of the network or of TLS, read from the exception. */
    public void fail(Name step, Throwable failure) {
        ConnectionDiagnosis diagnosis = ConnectionDiagnosis.of(failure, server.host(), server.port());
        fail(step, diagnosis.code(), diagnosis.text(), field(diagnosis.code()));
    }

    /** @param wanted all steps of this kind of mailbox in order; those that were not reached are added without result */
    public ConnectionReport report(List<Name> wanted) {
        List<Step> all = new ArrayList<>();
        for (Name name : wanted) {
            all.add(steps.stream()
                    .filter(step -> step.step() == name)
                    .findFirst()
                    .orElseGet(() -> new Step(name, null, null, null, null, null)));
        }
        return new ConnectionReport(!failed, millisSince(started), all);
    }

    /** The form field that most likely is wrong. */
    public static @Nullable String field(Code code) {
        return switch (code) {
            case UNKNOWN_HOST, HOST_NOT_ALLOWED, CONNECT_TIMEOUT, CERTIFICATE_NAME -> "server";
            case CONNECT_REFUSED, NO_ANSWER -> "port";
            case TLS_FAILED, NO_STARTTLS -> "security";
            case CERTIFICATE_UNTRUSTED -> "trustedCertificates";
            case LOGIN_REFUSED -> "password";
            case TOKEN_REFUSED -> "oauth2";
            case FOLDER_MISSING -> "folder";
            case SENDER_REFUSED -> "sender";
            case CERTIFICATE_EXPIRED, NO_UIDL, PROTOCOL -> null;
        };
    }

    /** Until when the server's certificate is valid (in UTC); empty without TLS. */
    public static Optional<LocalDate> certificateExpires(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? Optional.of(certificate
                            .getNotAfter()
                            .toInstant()
                            .atZone(ZoneOffset.UTC)
                            .toLocalDate())
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException noCertificate) {
            return Optional.empty();
        }
    }

    /** Ends the connection without farewell. */
    @Override
    public void close() {
        line.abort();
    }

    private static String describe(SSLSession session) {
        return session.getProtocol()
                + certificateExpires(session)
                        .map(day -> ", certificate valid until " + day)
                        .orElse("");
    }

    private boolean resolvePassed() {
        if (line.resolved().isEmpty()) {
            return false;
        }
        String text = server.host() + " is " + line.resolved().get(0).getHostAddress();
        long millis = (line.resolvedAtNanos() - stepStarted) / 1_000_000;
        steps.add(new Step(Name.RESOLVE, true, millis, null, text, null));
        stepStarted = line.resolvedAtNanos();
        return true;
    }

    private long lap() {
        long millis = millisSince(stepStarted);
        stepStarted = System.nanoTime();
        return millis;
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
