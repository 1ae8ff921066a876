package dev.mailroom.registry;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The key that passwords and tokens are encrypted with. Each key is 32 random bytes in Base64
 * ({@code openssl rand -base64 32}); several keys, one a line or with commas between them: the first one encrypts, the
 * others still decrypt, and at the next start everything is encrypted anew with the first.
 *
 * @param key the key itself, for environments that inject secrets as variables; wins over the file
 * @param keyFile file that holds the key
 * @param generate whether a missing key file is made at the first start; only the server on its own H2 file does that
 */
@ConfigurationProperties("mailroom.secrets")
public record SecretsProperties(
        @Nullable String key,
        @Nullable Path keyFile,
        @DefaultValue("false") boolean generate) {

    @Override
    public String toString() {
        return "SecretsProperties[key=***, keyFile=" + keyFile + ", generate=" + generate + "]";
    }
}
