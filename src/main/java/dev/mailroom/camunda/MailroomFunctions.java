package dev.mailroom.camunda;

import dev.mailroom.composition.TrustedHtml;
import org.jspecify.annotations.Nullable;

/** The bean {@code mailroom} for expressions in models. Thread-safe. */
public final class MailroomFunctions {

    /** Markup to insert into an HTML body as it is: <code>${mailroom.html(x)}</code>. Never for text from outside. */
    public TrustedHtml html(@Nullable Object markup) {
        return new TrustedHtml(markup == null ? "" : markup.toString());
    }
}
