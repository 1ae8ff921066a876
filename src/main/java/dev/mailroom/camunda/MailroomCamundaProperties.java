package dev.mailroom.camunda;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Mailroom sits in the engine.
 *
 * @param contractVariable process variable that names the contract: its key, or an object with the property "key"
 * @param examples whether the example processes are deployed
 */
@ConfigurationProperties("mailroom")
record MailroomCamundaProperties(
        @DefaultValue("contract") String contractVariable,
        @DefaultValue("false") boolean examples) {

    MailroomCamundaProperties {
        if (contractVariable.isBlank()) {
            throw new IllegalArgumentException("mailroom.contract-variable must name a process variable");
        }
    }
}
