package dev.mailroom.mailstore;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines with which mail programs begin quoted mail, in the languages of their users. Every pattern is anchored,
 * bounded and free of nested repetition, so a line costs linear time.
 */
final class QuoteMarks {

    private static final int LONGEST_WROTE = 400;
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private static final Pattern ORIGINAL = Pattern.compile(
            "[-_*=\\s]{2,40}(?:original message|mensagem original|mensaje original|ursprüngliche nachricht|"
                    + "originalnachricht|original-nachricht|message d['’ ]origine|message original|messaggio originale|"
                    + "oorspronkelijk bericht|opprinnelig melding|ursprungligt meddelande|wiadomość oryginalna|"
                    + "исходное сообщение|original appointment|reply message|alkuperäinen viesti)[-_*=\\s]{0,40}:?",
            FLAGS);
    private static final Pattern FORWARD = Pattern.compile(
            "[-_*=>\\s]{0,40}(?:forwarded message|forwarded by|begin forwarded message|mensagem encaminhada|"
                    + "mensagem reencaminhada|início da mensagem encaminhada|mensaje reenviado|weitergeleitete nachricht|"
                    + "anfang der weitergeleiteten nachricht|message transféré|message transmis|début du message (?:réexpédié|transféré)|"
                    + "messaggio inoltrato|doorgestuurd bericht)[-_*=\\s:.]{0,40}.{0,100}",
            FLAGS);
    private static final Pattern VERB = Pattern.compile(
            "\\b(?:wrote|writes|escreveu|escreveram|schrieb|geschrieben|écrit|écrivait|escribió|ha scritto|schreef|skrev|"
                    + "napisał(?:a|\\(a\\))?|пишет|пише|написал|написала|kirjoitti|napsal|写道)(?![\\p{L}])",
            FLAGS | Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern OPENING = Pattern.compile(
            "(?:on|em|a|le|am|el|il|op|den|på|dnia|w dniu|på|pe|dne|at|in|\\d{1,4}[.\\-/ ]) ?.*|.*[@<].*",
            FLAGS | Pattern.DOTALL);
    /** Gmail in some languages: a date and who, without a verb. */
    private static final Pattern DATE_AND_ADDRESS =
            Pattern.compile("\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2} .{1,300}<[^<>]{0,20}[^<>\\s]{1,200}@[^<>\\s]{1,200}>:?");

    /** Zoho: {@code ---- On Tue, 22 Dec 2015 14:17:36 +0530 Ana wrote ----}. */
    private static final Pattern BETWEEN_DASHES = Pattern.compile("-{2,10} ?(.{5,380}?) ?-{2,10}");

    private static final Pattern SENDER_LABEL =
            Pattern.compile("\\*?(?:from|de|von|da|van|od|från|fra|от|lähettäjä|发件人)\\s?\\*?\\s?[:：].*", FLAGS);
    private static final Pattern OTHER_LABEL = Pattern.compile(
            "\\*?(?:sent|date|to|subject|cc|reply-to|enviad[ao](?: em)?|data|para|assunto|com cópia|gesendet|datum|an|betreff|"
                    + "kopie|envoyé|à|objet|cc ?:|fecha|asunto|enviado el|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|"
                    + "ämne|sendt|til|emne|wysłano|do|temat|дата|кому|тема|importance|priority|发送时间|收件人|主题)"
                    + "\\s?\\*?\\s?[:：].*",
            FLAGS);
    private static final Pattern RULE = Pattern.compile("[_\\-=]{5,200}");
    private static final Pattern DEVICE = Pattern.compile(
            "[<(\\[]{0,3}(?:sent (?:from|via|with|by) (?:my|a|an|the|mobile|mail|outlook|windows|yahoo|proton|airmail|galaxy|"
                    + "samsung|huawei|iphone|ipad|android|blackberry|nine|\\[)|from my (?:iphone|ipad|phone|mobile|android)|"
                    + "get \\[?outlook for|enviad[oa] (?:do meu|d[oa] |pelo|via|desde mi)|diese nachricht wurde von meinem |从我的|從我的|someone from mobile|obter o outlook|von meinem |"
                    + "gesendet (?:von|mit) |envoyé (?:de mon|depuis mon|à partir)|inviato d[ae]|verzonden (?:vanaf|met|van)|sendt fra|skickat från).{0,150}",
            FLAGS);

    private QuoteMarks() {}

    static boolean isQuoted(String line) {
        return line.startsWith(">") || line.startsWith(" >");
    }

    static boolean isSignature(String line) {
        return line.equals("--") || line.equals("-- ");
    }

    static boolean isRule(String line) {
        return RULE.matcher(line.strip()).matches();
    }

    static boolean isForward(String line) {
        return line.length() < 300 && FORWARD.matcher(line).matches();
    }

    static boolean isOriginalMessage(String line) {
        return line.length() < 300 && ORIGINAL.matcher(line).matches();
    }

    static boolean isDevice(String line) {
        return line.length() < 300 && DEVICE.matcher(line.strip()).matches();
    }

    /** How many lines, 1 to 3, say who wrote what follows; 0 when the line at {@code at} does not begin it. */
    static int wroteLines(List<String> lines, int at) {
        StringBuilder joined = new StringBuilder();
        for (int count = 1; count <= 3 && at + count <= lines.size(); count++) {
            String line = lines.get(at + count - 1).strip();
            if (line.isEmpty() || joined.length() + line.length() > LONGEST_WROTE) {
                return 0;
            }
            joined.append(count == 1 ? "" : " ").append(line);
            if (DATE_AND_ADDRESS.matcher(joined).matches() || isBetweenDashes(joined.toString())) {
                return count;
            }
            if (line.endsWith(":")
                    || line.endsWith("：")
                    || (count > 1 && VERB.matcher(line).lookingAt())) {
                return isWrote(joined.toString()) ? count : 0;
            }
            if (!OPENING.matcher(joined).matches()) {
                return 0;
            }
        }
        return 0;
    }

    private static boolean isBetweenDashes(String text) {
        Matcher between = BETWEEN_DASHES.matcher(text);
        return between.matches() && isWrote(between.group(1));
    }

    private static boolean isWrote(String text) {
        boolean dated = text.chars().anyMatch(Character::isDigit) || text.indexOf('@') >= 0;
        return dated && OPENING.matcher(text).matches() && VERB.matcher(text).find();
    }

    /** A block as Outlook prints it: the sender, and at least two more fields within the next lines. */
    static boolean isHeaderBlock(List<String> lines, int at) {
        String first = lines.get(at).strip();
        if (first.length() > 300 || !SENDER_LABEL.matcher(first).matches()) {
            return false;
        }
        int labels = 0;
        int end = Math.min(lines.size(), at + 9);
        for (int i = at + 1; i < end; i++) {
            String line = lines.get(i).strip();
            if (line.length() < 2000 && OTHER_LABEL.matcher(line).matches()) {
                labels++;
            }
        }
        return labels >= 2;
    }
}
