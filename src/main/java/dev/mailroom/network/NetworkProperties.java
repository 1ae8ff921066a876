package dev.mailroom.network;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which hosts a mailbox entered by REST or screen may name. Only the configuration file widens this, never a screen.
 *
 * @param allow private networks that are allowed, as CIDR (10.1.0.0/16, fd12::/64) or single address;
 *     on these any port is allowed
 * @param allowPorts ports allowed everywhere beside the mail ports 25, 110, 143, 465, 587, 993, 995 and 2525
 */
@ConfigurationProperties("mailroom.network")
public record NetworkProperties(
        @DefaultValue List<String> allow, @DefaultValue List<Integer> allowPorts) {

    public NetworkProperties {
        allow = List.copyOf(allow);
        allowPorts = List.copyOf(allowPorts);
        allow.forEach(Cidr::parse);
        for (int port : allowPorts) {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("mailroom.network.allow-ports: " + port + " is no port");
            }
        }
    }
}
