package dev.mailroom.signals;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where people find this server.
 *
 * @param publicUrl address of the server as people open it, for links in mails: https://mail.example.org
 */
@ConfigurationProperties("mailroom")
record PublicUrlProperties(@Nullable URI publicUrl) {

    PublicUrlProperties {
        if (publicUrl != null && (publicUrl.getHost() == null || !isWeb(publicUrl))) {
            throw new IllegalArgumentException("mailroom.public-url must be an address like https://mail.example.org");
        }
    }

    private static boolean isWeb(URI url) {
        return "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
    }
}
