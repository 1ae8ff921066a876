package dev.mailroom.registry;

import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Mailbox.Authentication;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Mailbox} of a form, or says everything that is wrong with it. What both types share. */
abstract class MailboxCheck {

    private static final String GOOGLE_TOKENS = "https://oauth2.googleapis.com/token";

    final MailboxForm form;
    final Faults faults;

    MailboxCheck(MailboxForm form, Faults faults) {
        this.form = form;
        this.faults = faults;
    }

    /**
     * Collects the faults; the result counts only where there are none.
     *
     * @param usualRetries of an Output mailbox whose form names none
     */
    static Optional<Mailbox> check(
            MailboxForm form, String key, Mailbox.Stamp stamp, List<Duration> usualRetries, Faults faults) {
        if (form.type() == null) {
            faults.add("type", "is required: INPUT or OUTPUT");
            return Optional.empty();
        }
        MailboxType type = faults.choice("type", form.type(), MailboxType.class, MailboxType.INPUT);
        if (faults.has("type")) {
            return Optional.empty();
        }
        MailboxCheck check =
                type == MailboxType.INPUT ? new InputCheck(form, faults) : new OutputCheck(form, usualRetries, faults);
        return check.mailbox(key, stamp);
    }

    abstract Optional<Mailbox> mailbox(String key, Mailbox.Stamp stamp);

    String description() {
        return faults.required("description", form.description(), 255);
    }

    boolean enabled() {
        return form.enabled() == null || form.enabled();
    }

    ServerEndpoint server(int defaultPort, Security security) {
        String host = faults.required("server", form.server(), 253);
        int port = faults.range("port", form.port(), defaultPort, 1, 65535);
        if (!host.isEmpty() && !dev.mailroom.network.NetworkPolicy.isHost(host)) {
            faults.add("server", "is no host name or IP address");
        }
        return new ServerEndpoint(host.isEmpty() ? "?" : host, port, security);
    }

    @Nullable
    String user() {
        return faults.line("user", form.user(), 320);
    }

    @Nullable
    OAuth2Settings oauth2(Authentication authentication) {
        OAuth2Form oauth2 = form.oauth2();
        if (authentication != Authentication.OAUTH2) {
            return null;
        }
        if (oauth2 == null) {
            faults.add("oauth2", "is required with authentication OAUTH2");
            return null;
        }
        if (oauth2.grant() == null) {
            faults.add("oauth2.grant", "is required: " + Faults.names(OAuth2Settings.Grant.class, name -> name));
        }
        var grant = faults.choice(
                "oauth2.grant", oauth2.grant(), OAuth2Settings.Grant.class, OAuth2Settings.Grant.CLIENT_CREDENTIALS);
        String clientId = faults.line("oauth2.clientId", oauth2.clientId(), 255);
        if (clientId == null && grant != OAuth2Settings.Grant.SERVICE_ACCOUNT) {
            faults.add("oauth2.clientId", "is required");
        }
        String url = oauth2.tokenUrl();
        if (url == null && grant == OAuth2Settings.Grant.SERVICE_ACCOUNT) {
            url = GOOGLE_TOKENS;
        }
        return new OAuth2Settings(
                grant,
                tokenUrl(url),
                clientId,
                faults.line("oauth2.scope", oauth2.scope(), 1000),
                faults.day("oauth2.clientSecretExpires", oauth2.clientSecretExpires())
                        .orElse(null));
    }

    private URI tokenUrl(@Nullable String text) {
        if (text == null || text.isBlank()) {
            faults.add("oauth2.tokenUrl", "is required");
            return URI.create("https://invalid.invalid/");
        }
        try {
            URI uri = new URI(text.strip());
            if ("https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            faults.add("oauth2.tokenUrl", "must be an https address");
        }
        faults.add("oauth2.tokenUrl", "must be an https address");
        return URI.create("https://invalid.invalid/");
    }

    @Nullable
    String trustedCertificates() {
        String pem = form.trustedCertificates();
        if (pem == null || pem.isBlank()) {
            return null;
        }
        Certificates.check(pem, faults);
        return pem.strip();
    }

    @Nullable
    String tenantId() {
        return faults.line("tenantId", form.tenantId(), 64);
    }

    /** A field that only the other type, or another provider, has. */
    void absent(String field, @Nullable Object value, String of) {
        if (value != null) {
            faults.add(field, "is no field of " + of);
        }
    }

    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("::1")
                || name.equals("[::1]")
                || name.matches("127(\\.\\d{1,3}){3}");
    }
}
