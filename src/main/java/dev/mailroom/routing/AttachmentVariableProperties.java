package dev.mailroom.routing;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much of a mail becomes process variables; the rest stays in the store.
 *
 * @param attachments most file variables of a mail
 * @param attachmentSize largest attachment that becomes a file variable
 * @param attachmentsSize all file variables of a mail together
 */
@ConfigurationProperties("mailroom.inbound.variables")
public record AttachmentVariableProperties(
        @DefaultValue("5MB") DataSize attachmentSize,
        @DefaultValue("20MB") DataSize attachmentsSize,
        @DefaultValue("50") int attachments) {

    public AttachmentVariableProperties {
        if (attachmentSize.toBytes() < 0 || attachmentSize.toMegabytes() > 512 || attachments < 0) {
            throw new IllegalArgumentException(
                    "mailroom.inbound.variables.attachment-size must lie between 0 and 512MB, attachments must not be negative");
        }
    }
}
