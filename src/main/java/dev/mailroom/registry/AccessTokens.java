package dev.mailroom.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.message.Hashes;
import dev.mailroom.network.NetworkPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

/**
 * Gets access tokens for mail servers (RFC 6749 4.4 client credentials, 6 refresh token), and keeps each for four fifths
 * of its life. Tokens are kept in memory only. Redirects are not followed. Thread-safe; two mailboxes never wait for each
 * other.
 */
public final class AccessTokens {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LIFE_WHEN_NOT_TOLD = Duration.ofMinutes(5);
    /** More mailboxes than one server has; changed secrets leave entries behind that nobody asks for again. */
    private static final int MOST_REMEMBERED = 10_000;

    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final NetworkPolicy policy;
    private final Clock clock;
    /** With a thread of its own, and needed for OAuth2 only. */
    private final Supplier<HttpClient> client = SingletonSupplier.of(() -> HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build());

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();

    /** One set of credentials and the token that was got with it. */
    private static final class Slot {
        private @Nullable Secret token;
        private Instant renewAt = Instant.MIN;
    }

    public AccessTokens(NetworkPolicy policy, Clock clock) {
        this.policy = policy;
        this.clock = clock;
    }

    /**
     * A token that is valid now; asks the provider when there is none. May take some seconds, so never inside a
     * transaction.
     *
     * @param trusted true for a provider from the configuration file, which may be anywhere
     */
    public Secret token(Credentials.OAuth2 credentials, boolean trusted) throws TokenRefusedException {
        if (slots.size() > MOST_REMEMBERED) {
            slots.clear();
        }
        Slot slot = slots.computeIfAbsent(fingerprint(credentials), ignored -> new Slot());
        synchronized (slot) {
            Secret kept = slot.token;
            if (kept != null && clock.instant().isBefore(slot.renewAt)) {
                return kept;
            }
            JsonNode answer = ask(credentials, trusted);
            Secret token = new Secret(answer.path("access_token").asText());
            long seconds = answer.path("expires_in").asLong(LIFE_WHEN_NOT_TOLD.toSeconds());
            slot.token = token;
            slot.renewAt = clock.instant().plusSeconds(Math.max(0, seconds) * 4 / 5);
            return token;
        }
    }

    /** The mail server refused the token: the next call asks for another. */
    public void forget(Credentials.OAuth2 credentials) {
        slots.remove(fingerprint(credentials));
    }

    private JsonNode ask(Credentials.OAuth2 credentials, boolean trusted) throws TokenRefusedException {
        URI url = credentials.settings().tokenUrl();
        check(url, trusted);
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(form(credentials)))
                .build();
        try {
            HttpResponse<InputStream> response = client.get().send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return read(url, response.statusCode(), body.readNBytes(LONGEST_ANSWER));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TokenRefusedException("Interrupted while asking " + url.getHost(), true, e);
        } catch (IOException e) {
            throw new TokenRefusedException(url.getHost() + " gives no access token: it cannot be reached", true, e);
        }
    }

    private JsonNode read(URI url, int status, byte[] body) throws TokenRefusedException {
        JsonNode answer = parsed(body);
        if (status == 200 && answer.path("access_token").isTextual()) {
            return answer;
        }
        boolean temporary = status >= 500 || status == 429 || status == 408;
        String error = answer.path("error").asText("");
        String word = error.matches("[a-z_]{1,40}") ? ", " + error : "";
        throw new TokenRefusedException(
                url.getHost() + " gives no access token (HTTP " + status + word + ")", temporary);
    }

    private JsonNode parsed(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException noJson) {
            return json.createObjectNode();
        }
    }

    private void check(URI url, boolean trusted) throws TokenRefusedException {
        String host = url.getHost();
        boolean secure = "https".equals(url.getScheme()) || trusted && LOOPBACK.contains(host);
        if (host == null || !secure) {
            throw new TokenRefusedException("The token URL must be an https address", false);
        }
        try {
            if (!trusted) {
                policy.checkWebHost(host);
            }
        } catch (java.net.UnknownHostException e) {
            throw new TokenRefusedException("No address is known for " + host, true, e);
        } catch (IOException e) {
            throw new TokenRefusedException(String.valueOf(e.getMessage()), false, e);
        }
    }

    private static String form(Credentials.OAuth2 credentials) throws TokenRefusedException {
        OAuth2Settings settings = credentials.settings();
        Map<String, @Nullable String> fields = new LinkedHashMap<>();
        switch (settings.grant()) {
            case CLIENT_CREDENTIALS -> fields.put("grant_type", "client_credentials");
            case REFRESH_TOKEN -> {
                fields.put("grant_type", "refresh_token");
                fields.put("refresh_token", revealed(credentials.refreshToken()));
            }
            case SERVICE_ACCOUNT ->
                throw new TokenRefusedException("Login with a service account is not available yet", false);
        }
        fields.put("client_id", settings.clientId());
        fields.put("client_secret", revealed(credentials.clientSecret()));
        fields.put("scope", settings.scope());
        return fields.entrySet().stream()
                .filter(field -> field.getValue() != null)
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static @Nullable String revealed(@Nullable Secret secret) {
        return secret == null ? null : secret.reveal();
    }

    /** Changed credentials are other credentials; the secrets themselves are not kept as keys. */
    private static String fingerprint(Credentials.OAuth2 credentials) {
        String all = String.join(
                "\0",
                String.valueOf(credentials.settings()),
                String.valueOf(credentials.user()),
                String.valueOf(revealed(credentials.clientSecret())),
                String.valueOf(revealed(credentials.refreshToken())));
        return Hashes.sha256(all);
    }
}
