package dev.mailroom.camunda;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Input parameters of the task Send message - email, by the names that stand in models and the labels people see. */
enum EmailParameter {
    OUTBOX("emailOutbox", "Email Outbox Configuration", "system", "contract", "specific"),
    MAILBOX("emailMailbox", "Mailbox"),
    SUBJECT("emailSubject", "Subject"),
    FORMAT("emailFormat", "Format", "text", "html", "template"),
    BODY("emailBody", "Body"),
    BODY_TEXT("emailBodyText", "Plain text"),
    TEMPLATE("emailTemplate", "E-mail template"),
    LANGUAGE("emailLanguage", "Language"),
    ATTACHMENTS("emailAttachments", "Attachments"),
    USERS("emailUsers", "Users"),
    GROUPS("emailGroups", "Groups"),
    TO("emailTo", "To"),
    CC("emailCc", "Cc"),
    BCC("emailBcc", "Bcc"),
    REPLY_TO("emailReplyTo", "Reply to"),
    PER_RECIPIENT("emailPerRecipient", "One mail to each", "yes", "no"),
    SENDER_NAME("emailSenderName", "Sender's name"),
    CONVERSATION("emailConversation", "Answer in the conversation", "yes", "no"),
    WAIT("emailWait", "The process goes on when", "sent", "queued"),
    ON_FAILURE("emailOnFailure", "If it cannot be sent", "incident", "error", "continue"),
    RETRIES("emailRetries", "Retry times"),
    ON_UNCERTAIN("emailOnUncertain", "If it is uncertain", "ask", "resend", "assume-sent"),
    IMPORTANCE("emailImportance", "Importance", "high", "normal", "low"),
    PRIORITY("emailPriority", "Priority"),
    HEADERS("emailHeaders", "Headers"),
    CONTRACT("emailContract", "Contract");

    static final String PREFIX = "email";

    private static final Map<String, EmailParameter> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(EmailParameter::parameterName, Function.identity()));

    private final String parameterName;
    private final String label;
    private final List<String> choices;

    EmailParameter(String parameterName, String label, String... choices) {
        this.parameterName = parameterName;
        this.label = label;
        this.choices = List.of(choices);
    }

    static Optional<EmailParameter> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    String parameterName() {
        return parameterName;
    }

    /** Values it may have; empty = any. */
    List<String> choices() {
        return choices;
    }

    /** As it is called in sentences: label and name. */
    String title() {
        return label + " (" + parameterName + ")";
    }
}
