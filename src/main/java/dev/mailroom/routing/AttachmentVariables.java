package dev.mailroom.routing;

import dev.mailroom.message.Attachment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which attachments of a mail become file variables, and under which names: {@code emailAttachment_1} of a mail that
 * starts an instance, {@code replyAttachment_1} of one that continues it. Who writes the variables and who shows the mail
 * later ask the same rule. Thread-safe.
 */
public final class AttachmentVariables {

    private final AttachmentVariableProperties limits;

    public AttachmentVariables(AttachmentVariableProperties limits) {
        this.limits = limits;
    }

    /**
     * Those that fit, in their order; a large one does not keep the smaller ones behind it out.
     *
     * @param prefix {@code email} or {@code reply}
     * @return by the attachment's number, counted from 1; the others are missing
     */
    public Map<Integer, String> names(List<Attachment> attachments, String prefix) {
        Map<Integer, String> names = new LinkedHashMap<>();
        long room = limits.attachmentsSize().toBytes();
        for (int number = 1; number <= attachments.size() && names.size() < limits.attachments(); number++) {
            long most = Math.min(room, limits.attachmentSize().toBytes());
            long size = size(attachments.get(number - 1), most);
            if (size <= most) {
                names.put(number, prefix + "Attachment_" + number);
                room -= size;
            }
        }
        return names;
    }

    /** Where the size is not known beforehand, no more is read than decides the question. */
    private static long size(Attachment attachment, long most) {
        if (attachment.size() >= 0) {
            return attachment.size();
        }
        try (InputStream in = attachment.content().open()) {
            return in.readNBytes((int) most + 1).length;
        } catch (IOException e) {
            throw new UncheckedIOException("An attachment could not be read", e);
        }
    }
}
