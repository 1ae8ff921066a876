package dev.mailroom.webapp;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The REST interface.
 *
 * @param login for which calls Mailroom asks for user and password by HTTP Basic. A call of Mailroom that no one is
 *     logged in for is always refused, whatever is set here
 */
@ConfigurationProperties("mailroom.rest")
public record RestProperties(@DefaultValue("MAILROOM") Login login) {

    /** Who is asked for a login. */
    public enum Login {
        /** Only the calls of Mailroom: the rest of engine-rest stays as the host application has it. */
        MAILROOM,
        /** All of engine-rest. */
        ALL,
        /** None: the host application has a login of its own that tells the engine who calls. */
        NONE
    }
}
