package dev.mailroom.camunda;

import dev.mailroom.composition.AddressList;
import dev.mailroom.composition.OwnHeaders;
import dev.mailroom.message.HeaderText;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.OutgoingMessage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What can be said about a task before it runs. Values with expressions in them are judged when they are known. */
final class EmailTaskRules {

    static final String TEMPLATES_LATER = "stored e-mail templates are not available yet; use Format text or html";

    private static final Set<String> ROLES = Set.of("requester", "initiator", "contacts");
    private static final List<String> LOOKED_UP = List.of("user:", "group:", "assignee:");

    private final Map<EmailParameter, ParameterSource> sources;
    private final Consumer<String> faults;

    private EmailTaskRules(Map<EmailParameter, ParameterSource> sources, Consumer<String> faults) {
        this.sources = sources;
        this.faults = faults;
    }

    static void check(Map<EmailParameter, ParameterSource> sources, Consumer<String> faults) {
        new EmailTaskRules(sources, faults).check();
    }

    private void check() {
        for (EmailParameter parameter : EmailParameter.values()) {
            choice(parameter);
        }
        notYet();
        outbox();
        subject();
        recipients();
        numbers();
        headers();
    }

    private void choice(EmailParameter parameter) {
        String text = literal(parameter);
        if (text != null
                && !parameter.choices().isEmpty()
                && !parameter.choices().contains(text.toLowerCase(Locale.ROOT))) {
            fault(parameter, "'" + shortened(text) + "' is not known; " + EmailValues.unknownChoice(parameter));
        }
    }

    private void notYet() {
        if ("template".equalsIgnoreCase(literal(EmailParameter.FORMAT))) {
            fault(EmailParameter.FORMAT, TEMPLATES_LATER);
        }
        if (has(EmailParameter.TEMPLATE)) {
            fault(EmailParameter.TEMPLATE, TEMPLATES_LATER);
        }
        if (has(EmailParameter.LANGUAGE)) {
            fault(EmailParameter.LANGUAGE, "not available yet, it comes with stored e-mail templates");
        }
    }

    private void outbox() {
        if ("specific".equalsIgnoreCase(literal(EmailParameter.OUTBOX)) && !has(EmailParameter.MAILBOX)) {
            faults.accept("'Specific' needs a mailbox: fill in " + EmailParameter.MAILBOX.title());
        }
    }

    private void subject() {
        if (!has(EmailParameter.SUBJECT)) {
            if (!has(EmailParameter.TEMPLATE)) {
                fault(EmailParameter.SUBJECT, "is missing");
            }
            return;
        }
        String subject = literal(EmailParameter.SUBJECT);
        if (subject != null && subject.length() > OutgoingMessage.LONGEST_SUBJECT) {
            fault(
                    EmailParameter.SUBJECT,
                    "has " + subject.length() + " characters; at most " + OutgoingMessage.LONGEST_SUBJECT
                            + " are allowed");
        }
        oneLine(EmailParameter.SUBJECT);
        oneLine(EmailParameter.SENDER_NAME);
    }

    private void oneLine(EmailParameter parameter) {
        String text = literal(parameter);
        try {
            HeaderText.check("", text == null ? "" : text.strip());
        } catch (IllegalArgumentException controlCharacter) {
            fault(parameter, String.valueOf(controlCharacter.getMessage()).strip());
        }
    }

    private void recipients() {
        boolean nobody = Stream.of(
                        EmailParameter.USERS,
                        EmailParameter.GROUPS,
                        EmailParameter.TO,
                        EmailParameter.CC,
                        EmailParameter.BCC)
                .noneMatch(this::has);
        if (nobody) {
            faults.accept("no recipients: fill in Users, Groups, To, Cc or Bcc");
        }
        for (EmailParameter parameter : List.of(EmailParameter.TO, EmailParameter.CC, EmailParameter.BCC)) {
            entries(parameter).filter(entry -> !isLookedUp(entry)).forEach(entry -> address(parameter, entry));
        }
        entries(EmailParameter.REPLY_TO).forEach(entry -> address(EmailParameter.REPLY_TO, entry));
    }

    private static boolean isLookedUp(String entry) {
        return ROLES.contains(entry)
                || LOOKED_UP.stream().anyMatch(prefix -> entry.startsWith(prefix) && entry.length() > prefix.length());
    }

    private Stream<String> entries(EmailParameter parameter) {
        String text = literal(parameter);
        try {
            return text == null ? Stream.empty() : AddressList.split(text).stream();
        } catch (IllegalArgumentException openGroup) {
            fault(parameter, String.valueOf(openGroup.getMessage()));
            return Stream.empty();
        }
    }

    private void address(EmailParameter parameter, String entry) {
        if (MailAddress.tryParse(entry).isEmpty()) {
            fault(parameter, "'" + shortened(entry) + "' is not an e-mail address");
        }
    }

    private void numbers() {
        String retries = literal(EmailParameter.RETRIES);
        if (retries != null) {
            try {
                RetryTimes.parse(retries);
            } catch (IllegalArgumentException e) {
                fault(EmailParameter.RETRIES, String.valueOf(e.getMessage()));
            }
        }
        String priority = literal(EmailParameter.PRIORITY);
        if (priority != null && !priority.matches("[+-]?\\d{1,18}")) {
            fault(EmailParameter.PRIORITY, "'" + shortened(priority) + "' is not a whole number");
        }
    }

    private void headers() {
        String text = literal(EmailParameter.HEADERS);
        if (text == null) {
            return;
        }
        try {
            EmailValues.headers(text).forEach((name, value) -> {
                OwnHeaders.fault(name).ifPresent(fault -> fault(EmailParameter.HEADERS, fault));
                HeaderText.check("the header " + name, value);
            });
        } catch (IllegalArgumentException e) {
            fault(EmailParameter.HEADERS, String.valueOf(e.getMessage()));
        }
    }

    private boolean has(EmailParameter parameter) {
        return sources.containsKey(parameter);
    }

    private @Nullable String literal(EmailParameter parameter) {
        ParameterSource source = sources.get(parameter);
        return source == null ? null : source.literal();
    }

    private void fault(EmailParameter parameter, String text) {
        faults.accept(parameter.title() + ": " + text);
    }

    static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() > 60 ? line.substring(0, 60) + "…" : line;
    }
}
