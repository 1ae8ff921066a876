package dev.mailroom.routing;

import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.routing.Classification.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells people's mail from machines' (RFC 3834, RFC 3464, RFC 2369). {@code X-Auto-Response-Suppress} is no sign: it only
 * asks not to be answered, and people's mail from Exchange carries it. Thread-safe.
 */
public final class Classifier {

    /** Postfix gives up a mail that passed 50 servers (hopcount_limit). */
    private static final int MOST_HOPS = 50;

    private static final Set<String> REPORTERS = Set.of("mailer-daemon", "postmaster");

    private static final List<String> AUTO_REPLY_HEADERS = List.of(
            "X-Autoreply",
            "X-Autorespond",
            "X-Autoresponder",
            "X-Auto-Response",
            "X-Auto-Reply-From",
            "X-Mail-Autoreply",
            "X-MS-Exchange-Inbox-Rules-Loop");

    /** How the mail programs of the world begin the subject of an automatic reply. */
    private static final Pattern AUTO_REPLY_SUBJECT = Pattern.compile(
            "^(?:auto(?:matic)?[ -]?(?:reply|response)\\s*:|auto\\s*:|out of (?:the )?office\\b|ooo\\s*:"
                    + "|resposta autom[aá]tica\\b|fora do escrit[oó]rio\\b|aus[eê]ncia tempor[aá]ria\\b"
                    + "|respuesta autom[aá]tica\\b|fuera de (?:la )?oficina\\b"
                    + "|automatische antwort\\b|abwesenheitsnotiz\\b|abwesend\\s*:"
                    + "|r[eé]ponse automatique\\b|absence du bureau\\b"
                    + "|risposta automatica\\b|automatisch antwoord\\b|autosvar\\b)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private static final Pattern REPORT_TYPE =
            Pattern.compile("^\\s*multipart/report\\b.*\\breport-type\\s{0,5}=\\s{0,5}\"?([a-z-]{3,60})");

    private final MessageIdSigner signer;
    private final MailboxRegistry registry;

    public Classifier(MessageIdSigner signer, MailboxRegistry registry) {
        this.signer = signer;
        this.registry = registry;
    }

    public Classification classify(IncomingMessage message) {
        Signs signs = new Signs();
        loopByForm(message, signs);
        bounce(message, signs);
        loopBySender(message, signs);
        automaticReply(message, signs);
        generated(message, signs);
        list(message, signs);
        return signs.conclusion();
    }

    private void loopByForm(IncomingMessage message, Signs signs) {
        if (message.messageId() != null && signer.verify(message.messageId()).isPresent()) {
            signs.add(Kind.OWN_LOOP, "its Message-ID was made here");
        }
        if (message.headerValues("Received").size() > MOST_HOPS) {
            signs.add(Kind.OWN_LOOP, "it passed more than " + MOST_HOPS + " servers");
        }
    }

    /** A null return path alone proves nothing: automatic replies have it too (RFC 3834 3.3). */
    private void bounce(IncomingMessage message, Signs signs) {
        if (message.report() != null) {
            signs.add(Kind.BOUNCE, "it holds a delivery report");
        }
        if (message.header("X-Failed-Recipients").isPresent()) {
            signs.add(Kind.BOUNCE, "X-Failed-Recipients");
        }
        if (message.from() != null && REPORTERS.contains(localPart(message.from()))) {
            signs.add(Kind.BOUNCE, "it comes from " + localPart(message.from()));
        }
    }

    private static String localPart(MailAddress address) {
        return address.address()
                .substring(0, address.address().lastIndexOf('@'))
                .toLowerCase(Locale.ROOT);
    }

    private void loopBySender(IncomingMessage message, Signs signs) {
        MailAddress from = message.from();
        if (from != null && registry.mailboxes().stream().anyMatch(mailbox -> isAddressOf(mailbox, from))) {
            signs.add(Kind.OWN_LOOP, "its sender is a mailbox of this system");
        }
    }

    private static boolean isAddressOf(Mailbox mailbox, MailAddress address) {
        if (mailbox instanceof InputMailbox input) {
            return input.address().sameAs(address) || input.aliases().stream().anyMatch(address::sameAs);
        }
        return mailbox instanceof OutputMailbox output && output.sender().sameAs(address);
    }

    private static void automaticReply(IncomingMessage message, Signs signs) {
        if (autoSubmitted(message).startsWith("auto-replied")) {
            signs.add(Kind.AUTO_REPLY, "Auto-Submitted: auto-replied");
        }
        if (precedence(message).equals("auto_reply")) {
            signs.add(Kind.AUTO_REPLY, "Precedence: auto_reply");
        }
        AUTO_REPLY_HEADERS.stream()
                .filter(name ->
                        message.header(name).filter(value -> !isNo(value)).isPresent())
                .forEach(name -> signs.add(Kind.AUTO_REPLY, name));
        if (reportType(message).equals("disposition-notification")) {
            signs.add(Kind.AUTO_REPLY, "it is a receipt");
        }
        if (AUTO_REPLY_SUBJECT.matcher(message.subject().strip()).find()) {
            signs.add(Kind.AUTO_REPLY, "the subject begins like an automatic reply");
        }
    }

    private static boolean isNo(String value) {
        return value.isBlank() || value.strip().equalsIgnoreCase("no");
    }

    private static void generated(IncomingMessage message, Signs signs) {
        String autoSubmitted = autoSubmitted(message);
        if (!autoSubmitted.isEmpty() && !autoSubmitted.equals("no") && !autoSubmitted.startsWith("auto-replied")) {
            signs.add(Kind.AUTO_GENERATED, "Auto-Submitted is set");
        }
        if (!reportType(message).isEmpty()) {
            signs.add(Kind.AUTO_GENERATED, "it is the report of a machine");
        }
        String precedence = precedence(message);
        if (precedence.equals("bulk") || precedence.equals("junk")) {
            signs.add(Kind.AUTO_GENERATED, "Precedence: " + precedence);
        }
    }

    /** Of a multipart/report (RFC 6522): {@code disposition-notification}, {@code feedback-report} …; empty for others. */
    private static String reportType(IncomingMessage message) {
        String type = message.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        Matcher report = REPORT_TYPE.matcher(type.substring(0, Math.min(1000, type.length())));
        return report.find() ? report.group(1) : "";
    }

    private static void list(IncomingMessage message, Signs signs) {
        if (message.header("List-Id").isPresent()) {
            signs.add(Kind.LIST, "List-Id");
        }
        if (message.header("List-Unsubscribe").isPresent()) {
            signs.add(Kind.LIST, "List-Unsubscribe");
        }
        if (precedence(message).equals("list")) {
            signs.add(Kind.LIST, "Precedence: list");
        }
    }

    /** The keyword alone; parameters and comments behind it mean nothing here (RFC 3834 5). */
    private static String autoSubmitted(IncomingMessage message) {
        return message.header("Auto-Submitted")
                .map(value -> value.strip().toLowerCase(Locale.ROOT).split("[;\\s(]", 2)[0])
                .orElse("");
    }

    private static String precedence(IncomingMessage message) {
        return message.header("Precedence")
                .map(value -> value.strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /** The first kind found stands; signs of other kinds are not told. */
    private static final class Signs {
        private Kind kind = Kind.HUMAN;
        private final List<String> reasons = new ArrayList<>();

        void add(Kind found, String reason) {
            if (kind == Kind.HUMAN) {
                kind = found;
            }
            if (kind == found) {
                reasons.add(reason);
            }
        }

        Classification conclusion() {
            return new Classification(kind, reasons);
        }
    }
}
