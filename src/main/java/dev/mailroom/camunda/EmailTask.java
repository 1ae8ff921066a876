package dev.mailroom.camunda;

import dev.mailroom.composition.CompositionException;
import dev.mailroom.composition.OutboxChoice;
import dev.mailroom.composition.Piece;
import dev.mailroom.composition.SendOrder;
import dev.mailroom.message.OutgoingMessage.Importance;
import dev.mailroom.outbox.SendOptions;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.jspecify.annotations.Nullable;

/** One task Send message - email of a model: its input parameters, to be evaluated for each mail. Immutable. */
final class EmailTask {

    private final Map<EmailParameter, ParameterSource> sources;

    EmailTask(Map<EmailParameter, ParameterSource> sources) {
        this.sources = Map.copyOf(sources);
    }

    SendOrder order(VariableScope scope, String contractVariable) throws CompositionException {
        OutboxChoice choice = OutboxChoice.valueOf(
                choice(EmailParameter.OUTBOX, scope, "system").toUpperCase(Locale.ROOT));
        return new SendOrder(
                new SendOrder.Via(
                        choice, text(EmailParameter.MAILBOX, scope), contract(scope, contractVariable, choice)),
                new SendOrder.Addressees(
                        list(EmailParameter.USERS, scope),
                        list(EmailParameter.GROUPS, scope),
                        addresses(EmailParameter.TO, scope),
                        addresses(EmailParameter.CC, scope),
                        addresses(EmailParameter.BCC, scope),
                        addresses(EmailParameter.REPLY_TO, scope)),
                letter(scope),
                choice(EmailParameter.CONVERSATION, scope, "yes").equals("yes"));
    }

    private SendOrder.Letter letter(VariableScope scope) throws CompositionException {
        String format = choice(EmailParameter.FORMAT, scope, "text");
        if (format.equals("template")) {
            throw new CompositionException("NOT_AVAILABLE", EmailTaskRules.TEMPLATES_LATER);
        }
        ParameterSource body = sources.get(EmailParameter.BODY);
        List<Piece> pieces = body == null ? List.of() : body.pieces(scope);
        return new SendOrder.Letter(
                text(EmailParameter.SUBJECT, scope),
                format.equals("html"),
                pieces,
                text(EmailParameter.BODY_TEXT, scope),
                list(EmailParameter.ATTACHMENTS, scope),
                text(EmailParameter.SENDER_NAME, scope),
                Importance.valueOf(
                        choice(EmailParameter.IMPORTANCE, scope, "normal").toUpperCase(Locale.ROOT)),
                headers(scope));
    }

    /** A contract that nobody asked for need not be readable. */
    private @Nullable String contract(VariableScope scope, String variable, OutboxChoice choice)
            throws CompositionException {
        String given = text(EmailParameter.CONTRACT, scope);
        if (given != null) {
            return given;
        }
        try {
            return ContractVariable.key(variable, scope.getVariable(variable));
        } catch (CompositionException unreadable) {
            if (choice == OutboxChoice.CONTRACT) {
                throw unreadable;
            }
            return null;
        }
    }

    SendOptions options(VariableScope scope, List<String> notes) throws CompositionException {
        String onUncertain = text(EmailParameter.ON_UNCERTAIN, scope) == null
                ? null
                : choice(EmailParameter.ON_UNCERTAIN, scope, "ask");
        return new SendOptions(
                retries(scope),
                onUncertain == null
                        ? null
                        : OnUncertain.valueOf(
                                onUncertain.toUpperCase(Locale.ROOT).replace('-', '_')),
                OnFailure.valueOf(
                        choice(EmailParameter.ON_FAILURE, scope, "incident").toUpperCase(Locale.ROOT)),
                notes);
    }

    private @Nullable List<Duration> retries(VariableScope scope) throws CompositionException {
        String text = text(EmailParameter.RETRIES, scope);
        try {
            return text == null ? null : RetryTimes.parse(text);
        } catch (IllegalArgumentException e) {
            throw bad(EmailParameter.RETRIES, e);
        }
    }

    long priority(VariableScope scope) throws CompositionException {
        String text = text(EmailParameter.PRIORITY, scope);
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw bad(EmailParameter.PRIORITY, new IllegalArgumentException("a whole number is needed", e));
        }
    }

    boolean isQueuedEnough(VariableScope scope) throws CompositionException {
        return choice(EmailParameter.WAIT, scope, "sent").equals("queued");
    }

    boolean isOneMailToEach(VariableScope scope) throws CompositionException {
        return choice(EmailParameter.PER_RECIPIENT, scope, "no").equals("yes");
    }

    private Map<String, String> headers(VariableScope scope) throws CompositionException {
        ParameterSource source = sources.get(EmailParameter.HEADERS);
        try {
            return source == null ? Map.of() : EmailValues.headers(source.pieces(scope));
        } catch (IllegalArgumentException e) {
            throw bad(EmailParameter.HEADERS, e);
        }
    }

    private String choice(EmailParameter parameter, VariableScope scope, String fallback) throws CompositionException {
        return EmailValues.choice(parameter, value(parameter, scope), fallback);
    }

    private @Nullable String text(EmailParameter parameter, VariableScope scope) throws CompositionException {
        return EmailValues.text(value(parameter, scope));
    }

    private List<String> list(EmailParameter parameter, VariableScope scope) throws CompositionException {
        return EmailValues.list(value(parameter, scope));
    }

    private List<String> addresses(EmailParameter parameter, VariableScope scope) throws CompositionException {
        try {
            return EmailValues.addresses(value(parameter, scope));
        } catch (IllegalArgumentException e) {
            throw new CompositionException("BAD_ADDRESS", parameter.title() + ": " + e.getMessage());
        }
    }

    private @Nullable Object value(EmailParameter parameter, VariableScope scope) throws CompositionException {
        ParameterSource source = sources.get(parameter);
        return source == null ? null : source.value(scope);
    }

    private static CompositionException bad(EmailParameter parameter, IllegalArgumentException e) {
        return new CompositionException("BAD_VALUE", parameter.title() + ": " + e.getMessage());
    }
}
