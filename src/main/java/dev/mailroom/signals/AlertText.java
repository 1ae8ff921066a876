package dev.mailroom.signals;

import dev.mailroom.registry.HealthView;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxHealth.State;
import dev.mailroom.registry.MailboxType;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an alert says, in words that need no manual. */
final class AlertText {

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final @Nullable URI publicUrl;

    AlertText(@Nullable URI publicUrl) {
        this.publicUrl = publicUrl;
    }

    /** One mailbox and how it fares now. */
    record Change(Mailbox mailbox, HealthView view) {
        boolean fails() {
            return view.health().state() == State.FAILING;
        }
    }

    String subject(List<Change> changes) {
        long failing = changes.stream().filter(Change::fails).count();
        if (changes.size() == 1) {
            Change only = changes.get(0);
            return "Mailbox " + only.mailbox().key() + (only.fails() ? " fails" : " works again");
        }
        long well = changes.size() - failing;
        return failing == 0
                ? well + " mailboxes work again"
                : well == 0 ? failing + " mailboxes fail" : failing + " mailboxes fail, " + well + " work again";
    }

    String body(List<Change> changes) {
        return changes.stream().map(this::paragraph).collect(Collectors.joining("\r\n\r\n")) + "\r\n";
    }

    private String paragraph(Change change) {
        Mailbox mailbox = change.mailbox();
        List<String> lines = new ArrayList<>();
        String type = mailbox.type() == MailboxType.INPUT ? "Input" : "Output";
        String name = "The " + type + " mailbox " + mailbox.key() + " (" + mailbox.description() + ")";
        if (change.fails()) {
            lines.add(name + " fails" + since(change.view().health()) + ".");
            lines.addAll(trouble(mailbox, change.view()));
        } else {
            lines.add(name + " works again" + since(change.view().health()) + ".");
        }
        if (publicUrl != null) {
            lines.add(link(publicUrl, mailbox.key()));
        }
        return String.join("\r\n", lines);
    }

    private static List<String> trouble(Mailbox mailbox, HealthView view) {
        List<String> lines = new ArrayList<>();
        MailboxHealth.Reason reason = view.health().reason();
        if (reason != null) {
            lines.add("Reason: " + reason.text() + " (" + reason.code() + ").");
        }
        Instant next = view.health().nextTry();
        lines.add(
                next == null
                        ? "It is tried again when somebody changes the mailbox or retries one of its mails."
                        : "It is tried again by itself, next at " + MINUTE.format(next) + ".");
        if (mailbox.type() == MailboxType.OUTPUT) {
            long waiting = view.backlog().waiting();
            lines.add((waiting == 1 ? "1 mail waits" : waiting + " mails wait")
                    + "; nothing is lost, and they leave by themselves when it works.");
        } else {
            lines.add("What arrives meanwhile stays on its server and is read when it works.");
        }
        return lines;
    }

    private static String since(MailboxHealth health) {
        return health.since() == null ? "" : " since " + MINUTE.format(health.since());
    }

    private static String link(URI server, String key) {
        String base = server.toString().replaceAll("/+$", "");
        return base + "/camunda/app/admin/default/#/email/mailboxes/"
                + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
