package dev.mailroom.mailstore;

import dev.mailroom.message.ByteSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a person sees on opening a mail: its text; where it has none, text that was only named like a file; where there is
 * none of that either, the text of the mails within it.
 *
 * @param files that stood uuencoded in the plain text
 */
record MailBody(String plain, String html, List<UuFiles.File> files) {

    private static final int MOST_MAILS = 20;

    static MailBody of(ByteSource raw, MailWalk walk, InboundLimitsProperties limits, Consumer<String> repair) {
        return new Composing(raw, walk, limits, repair).body(limits.depth());
    }

    private record Composing(ByteSource raw, MailWalk walk, InboundLimitsProperties limits, Consumer<String> repair) {

        MailBody body(int depth) {
            MailBody own = body(MailPart::isBody);
            MailBody shown = own.isBlank() ? body(MailPart::isNamedText) : own;
            if (!shown.isBlank() || !own.files().isEmpty() || depth == 0) {
                return shown.isBlank() ? own : shown;
            }
            return new MailBody(mailsWithin(depth - 1), "", List.of());
        }

        private MailBody body(Predicate<MailPart> counts) {
            UuFiles plain = UuFiles.takeOut(text("text/plain", counts), limits.parts());
            return new MailBody(plain.text().strip(), text("text/html", counts), plain.files());
        }

        private String mailsWithin(int depth) {
            StringBuilder texts = new StringBuilder();
            walk.parts().stream().filter(MailPart::isMail).limit(MOST_MAILS).forEach(mail -> {
                if (texts.length() < limits.text().toBytes()) {
                    texts.append(textOf(mail, depth)).append("\n\n");
                }
            });
            String text = texts.toString().strip();
            if (!text.isEmpty()) {
                repair.accept("No text of its own: that of the mail within");
            }
            return text;
        }

        private String textOf(MailPart mail, int depth) {
            ByteSource inner = () -> MailWalk.open(raw, mail.index());
            try {
                // Whatever hid it from the gate of the whole mail does not hide it here.
                new MimeGate(limits).check(inner);
                MailWalk walked =
                        MailWalk.over(inner, Math.toIntExact(limits.text().toBytes()), repair);
                MailBody body = new Composing(inner, walked, limits, repair).body(depth);
                return body.plain().isBlank() ? HtmlContent.text(body.html()) : body.plain();
            } catch (IOException | MessageReader.UnreadableMessageException beyondReading) {
                return "";
            }
        }

        private String text(String type, Predicate<MailPart> counts) {
            List<String> texts = new ArrayList<>();
            for (MailPart part : walk.parts()) {
                if (counts.test(part) && part.is(type)) {
                    texts.add(text(part));
                }
            }
            return String.join("\n", texts).strip();
        }

        private String text(MailPart part) {
            String text = part.text(repair).replace("\r\n", "\n").replace('\r', '\n');
            if (part.cut()) {
                repair.accept("Text cut at " + limits.text().toBytes() + " bytes; all of it is in the raw mail");
            }
            return is(part, "format", "flowed") ? FlowedText.unwrap(text, is(part, "delsp", "yes")) : text;
        }

        private static boolean is(MailPart part, String parameter, String value) {
            return part.type()
                    .parameter(parameter)
                    .filter(value::equalsIgnoreCase)
                    .isPresent();
        }
    }

    private boolean isBlank() {
        return plain.isBlank() && html.isBlank();
    }
}
