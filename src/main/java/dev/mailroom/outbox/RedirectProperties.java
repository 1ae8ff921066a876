package dev.mailroom.outbox;

import dev.mailroom.message.MailAddress;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * For test systems that hold addresses of real people.
 *
 * @param redirectTo addresses that every outgoing mail goes to instead of its recipients, who are told in a header and
 *     on top of the body
 */
@ConfigurationProperties("mailroom.sending")
record RedirectProperties(@DefaultValue List<String> redirectTo) {

    RedirectProperties {
        redirectTo = redirectTo.stream()
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .toList();
        redirectTo.forEach(RedirectProperties::address);
    }

    Redirection redirection() {
        return new Redirection(
                redirectTo.stream().map(RedirectProperties::address).toList());
    }

    private static MailAddress address(String text) {
        return MailAddress.tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "mailroom.sending.redirect-to has something that is no e-mail address: " + text));
    }
}
