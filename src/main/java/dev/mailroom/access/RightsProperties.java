package dev.mailroom.access;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which Camunda groups have which right.
 *
 * @param journal see who wrote to whom, when, and what became of it
 * @param content read what mails say
 * @param operate retry, cancel, resolve, start, assign, discard; stop all sending
 * @param administer register, change, test and delete mailboxes and contracts
 */
@ConfigurationProperties("mailroom.rights")
public record RightsProperties(
        @DefaultValue({"camunda-admin", "mailroomOperators"})
        List<String> journal,

        @DefaultValue("camunda-admin") List<String> content,

        @DefaultValue({"camunda-admin", "mailroomOperators"})
        List<String> operate,

        @DefaultValue("camunda-admin") List<String> administer) {

    public RightsProperties {
        journal = List.copyOf(journal);
        content = List.copyOf(content);
        operate = List.copyOf(operate);
        administer = List.copyOf(administer);
    }

    List<String> groups(Right right) {
        return switch (right) {
            case JOURNAL -> journal;
            case CONTENT -> content;
            case OPERATE -> operate;
            case ADMINISTER -> administer;
        };
    }
}
