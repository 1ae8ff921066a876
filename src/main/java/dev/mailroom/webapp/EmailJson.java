package dev.mailroom.webapp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.mailroom.journal.AttemptEntry;
import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A mail as rest.md shows it: the row of a list, and the whole. */
final class EmailJson {

    private EmailJson() {}

    @JsonPropertyOrder({
        "id",
        "direction",
        "state",
        "createdAt",
        "finishedAt",
        "mailbox",
        "contract",
        "outboxChoice",
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "messageId",
        "conversation",
        "attachments",
        "size",
        "processInstanceId",
        "processDefinitionKey",
        "businessKey",
        "activityId",
        "externalTaskId",
        "attempts",
        "nextTry",
        "reason",
        "verbs"
    })
    record Row(
            String id,
            String direction,
            String state,
            Instant createdAt,
            @Nullable Instant finishedAt,
            @Nullable String mailbox,
            @Nullable String contract,
            @Nullable String outboxChoice,
            @Nullable Address from,
            List<Address> to,
            List<Address> cc,
            List<Address> bcc,
            @Nullable String subject,
            @Nullable String messageId,
            @Nullable String conversation,
            int attachments,
            long size,
            @Nullable String processInstanceId,
            @Nullable String processDefinitionKey,
            @Nullable String businessKey,
            @Nullable String activityId,
            @Nullable String externalTaskId,
            int attempts,
            @Nullable Instant nextTry,
            @Nullable Reason reason,
            List<String> verbs) {

        static Row of(JournalEntry entry, List<RecipientEntry> recipients, List<String> verbs) {
            JournalEntry.Reason reason = entry.progress().reason();
            return new Row(
                    entry.id().value(),
                    entry.direction().name(),
                    entry.state().name(),
                    entry.createdAt(),
                    entry.finishedAt(),
                    entry.place().mailbox(),
                    entry.place().contract(),
                    entry.place().outboxChoice(),
                    Address.of(entry.heading().from()),
                    addresses(recipients, Kind.TO),
                    addresses(recipients, Kind.CC),
                    addresses(recipients, Kind.BCC),
                    entry.heading().subject(),
                    entry.heading().messageId(),
                    entry.heading().conversation(),
                    entry.stored().attachments(),
                    entry.stored().size(),
                    entry.origin().processInstanceId(),
                    entry.origin().processDefinitionKey(),
                    entry.origin().businessKey(),
                    entry.origin().activityId(),
                    entry.origin().externalTaskId(),
                    entry.progress().attempts(),
                    entry.progress().nextTry(),
                    reason == null ? null : new Reason(reason.code(), reason.text()),
                    verbs);
        }

        private static List<Address> addresses(List<RecipientEntry> recipients, Kind kind) {
            return recipients.stream()
                    .filter(recipient -> recipient.kind() == kind)
                    .map(recipient -> new Address(
                            recipient.address().address(), recipient.address().name()))
                    .toList();
        }
    }

    /** Everything of one mail. Null content fields: the caller may not read what mails say, or retention erased it. */
    record Whole(
            @JsonUnwrapped Row row,
            List<RecipientState> recipients,
            List<Try> tries,
            @Nullable List<Header> headers,
            @Nullable String text,
            @Nullable String html,
            boolean contentReadable,
            @Nullable List<File> attachmentList,
            @Nullable String splitFrom,
            @Nullable String resendOf,
            List<String> resends,
            List<String> answers,
            List<Event> events,
            @Nullable Classification classification,
            @Nullable Decision decision) {}

    record Address(String address, @Nullable String name) {
        static @Nullable Address of(@Nullable MailAddress address) {
            return address == null ? null : new Address(address.address(), address.name());
        }
    }

    record Reason(String code, String text) {}

    record Header(String name, String value) {

        private static final Set<String> ABBREVIATIONS = Set.of("id", "mime", "dkim", "spf", "arc", "ms");

        /** @param name in lower case; shown as it is written usually */
        static Header of(String name, String value) {
            return new Header(
                    Arrays.stream(name.split("-", -1)).map(Header::written).collect(Collectors.joining("-")), value);
        }

        private static String written(String word) {
            if (ABBREVIATIONS.contains(word)) {
                return word.toUpperCase(Locale.ROOT);
            }
            return word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
        }
    }

    record RecipientState(
            String address,
            String kind,
            String state,
            @Nullable String reply,
            @Nullable Instant at) {
        static RecipientState of(RecipientEntry entry) {
            return new RecipientState(
                    entry.address().address(),
                    entry.kind().name(),
                    entry.state().name(),
                    entry.reply(),
                    entry.at());
        }
    }

    record Try(
            int number,
            Instant at,
            @Nullable Long millis,
            String node,
            @Nullable String stage,
            @Nullable String outcome,
            @Nullable Integer code,
            @Nullable String enhancedCode,
            @Nullable String text) {
        static Try of(int number, AttemptEntry attempt) {
            Instant ended = attempt.endedAt();
            return new Try(
                    number,
                    attempt.startedAt(),
                    ended == null
                            ? null
                            : Duration.between(attempt.startedAt(), ended).toMillis(),
                    attempt.node(),
                    attempt.stage(),
                    attempt.outcome(),
                    attempt.replyCode(),
                    attempt.enhancedCode(),
                    attempt.replyText());
        }
    }

    record File(
            int index,
            String name,
            String contentType,
            long size,
            boolean inline,
            @Nullable String contentId,
            @Nullable String variable) {
        static File of(int index, Attachment attachment, @Nullable String variable) {
            return new File(
                    index,
                    attachment.name(),
                    attachment.contentType(),
                    attachment.size(),
                    attachment.inline(),
                    attachment.contentId(),
                    variable);
        }
    }

    record Event(
            Instant at, String who, String what, @Nullable String comment) {
        static Event of(EventEntry entry) {
            return new Event(entry.at(), entry.who(), entry.what(), entry.comment());
        }
    }

    record Classification(@JsonProperty("class") @Nullable String name, List<String> reasons) {}

    record Decision(
            @Nullable String rule,
            @Nullable String text,
            @Nullable String senderVerified) {}

    static @Nullable String value(@Nullable MailId id) {
        return id == null ? null : id.value();
    }
}
