package dev.mailroom.composition;

import dev.mailroom.message.OutgoingMessage.Importance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a task <i>Send message - email</i> asks for, all expressions evaluated, nothing looked up yet.
 *
 * @param conversation whether the mail answers in the conversation that opened the process instance
 */
public record SendOrder(Via via, Addressees addressees, Letter letter, boolean conversation) {

    /**
     * @param mailbox key, for SPECIFIC
     * @param contract key of the contract of the process instance, null = none
     */
    public record Via(
            OutboxChoice choice,
            @Nullable String mailbox,
            @Nullable String contract) {}

    /**
     * @param users ids of users
     * @param groups ids of groups
     * @param to addresses, {@code user:<id>}, {@code group:<id>}, {@code requester}, {@code initiator},
     *     {@code assignee:<task key>}, {@code contacts}; the same for cc and bcc
     * @param replyTo addresses; empty = found by the rules
     */
    public record Addressees(
            List<String> users,
            List<String> groups,
            List<String> to,
            List<String> cc,
            List<String> bcc,
            List<String> replyTo) {
        public Addressees {
            users = List.copyOf(users);
            groups = List.copyOf(groups);
            to = List.copyOf(to);
            cc = List.copyOf(cc);
            bcc = List.copyOf(bcc);
            replyTo = List.copyOf(replyTo);
        }
    }

    /**
     * @param html whether the body is HTML
     * @param bodyText plain text beside an HTML body; null = made from it
     * @param attachments names of file variables or lists of them, {@code mail}, {@code mail:<name>}
     * @param senderName name shown instead of the mailbox's; null = the mailbox's
     */
    public record Letter(
            @Nullable String subject,
            boolean html,
            List<Piece> body,
            @Nullable String bodyText,
            List<String> attachments,
            @Nullable String senderName,
            Importance importance,
            Map<String, String> headers) {
        public Letter {
            body = List.copyOf(body);
            attachments = List.copyOf(attachments);
            headers = Map.copyOf(headers);
        }
    }
}
