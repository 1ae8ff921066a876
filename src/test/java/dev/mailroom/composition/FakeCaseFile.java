package dev.mailroom.composition;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.MailAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An instance whose knowledge a test writes down. */
final class FakeCaseFile implements CaseFile {

    @Nullable
    MailAddress requester;

    @Nullable
    String initiator;

    @Nullable
    String openedThrough;

    @Nullable
    List<Attachment> openingAttachments;

    OpeningMail.@Nullable Thread conversation;

    final Map<String, String> assignees = new HashMap<>();
    final Map<String, List<Attachment>> files = new HashMap<>();

    @Override
    public Optional<MailAddress> requester() {
        return Optional.ofNullable(requester);
    }

    @Override
    public Optional<String> initiator() {
        return Optional.ofNullable(initiator);
    }

    @Override
    public Optional<String> assignee(String taskKey) {
        return Optional.ofNullable(assignees.get(taskKey));
    }

    @Override
    public Optional<List<Attachment>> files(String variable) {
        return Optional.ofNullable(files.get(variable));
    }

    @Override
    public Optional<String> openedThrough() {
        return Optional.ofNullable(openedThrough);
    }

    @Override
    public Optional<List<Attachment>> openingAttachments() {
        return Optional.ofNullable(openingAttachments);
    }

    @Override
    public Optional<OpeningMail.Thread> conversation() {
        return Optional.ofNullable(conversation);
    }
}
