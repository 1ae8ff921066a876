package dev.mailroom.signals;

import dev.mailroom.message.MailAddress;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is told that a mailbox fails, or works again.
 *
 * @param to addresses; the mail leaves through the system mailbox. None: it is only logged, and shown in Cockpit
 * @param atMostEvery shortest time between two alerts of the same kind about the same mailbox; a mailbox that fails
 *     for good is told in any case
 */
@ConfigurationProperties("mailroom.alerts")
record AlertProperties(
        @DefaultValue List<String> to,
        @DefaultValue("PT15M") Duration atMostEvery) {

    AlertProperties {
        to = to.stream()
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .toList();
        to.forEach(AlertProperties::address);
        if (atMostEvery.isNegative()) {
            throw new IllegalArgumentException("mailroom.alerts.at-most-every must not be negative");
        }
    }

    List<MailAddress> addresses() {
        return to.stream().map(AlertProperties::address).toList();
    }

    private static MailAddress address(String text) {
        return MailAddress.tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "mailroom.alerts.to has something that is no e-mail address: " + text));
    }
}
