package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MailWalk.HeaderField;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;

/** Reads in one pass, behind the gate; memory is bounded by the limits, whatever the size of the files. */
final class LenientMessageReader implements MessageReader {

    private static final int MOST_REPAIRS = 50;

    private final InboundLimitsProperties limits;
    private final MimeGate gate;

    LenientMessageReader(InboundLimitsProperties limits) {
        this.limits = limits;
        this.gate = new MimeGate(limits);
    }

    @Override
    public IncomingMessage read(ByteSource raw) throws IOException, UnreadableMessageException {
        gate.check(raw);
        return new Reading(raw).message();
    }

    /** One mail being read. */
    private final class Reading {
        private final Set<String> repairs = new LinkedHashSet<>();
        private final Consumer<String> repair = text -> {
            if (repairs.size() < MOST_REPAIRS) {
                repairs.add(text);
            }
        };
        private final ByteSource raw;
        private final MailWalk walk;

        Reading(ByteSource mail) throws IOException {
            this.raw = MissingBoundary.mend(mail, repair);
            this.walk = MailWalk.over(raw, Math.toIntExact(limits.text().toBytes()), repair);
        }

        IncomingMessage message() throws IOException {
            String subject = words("subject").orElse("");
            String plain = text("text/plain");
            String html = text("text/html");
            Document document = html.isBlank() ? null : Jsoup.parse(html);
            String text = plain.isBlank() && document != null ? HtmlContent.text(document.body()) : plain;
            Reply reply = Reply.of(subject, text, document == null ? null : new HtmlReply(document));
            return new IncomingMessage(
                    messageId(),
                    sentAt(),
                    from(),
                    addresses("reply-to"),
                    addresses("to"),
                    addresses("cc"),
                    subject,
                    text,
                    html.isBlank() ? null : HtmlContent.sanitise(html),
                    reply.text(),
                    reply.elided(),
                    words("content-language")
                            .map(languages -> languages.split("[,\\s]", 2)[0])
                            .filter(Reading::isTag)
                            .orElse(null),
                    attachments(),
                    inReplyTo(),
                    MessageId.parseAll(first("references").orElse(null)),
                    headers(),
                    DeliveryReports.find(walk.header(), walk.parts(), text),
                    List.copyOf(repairs));
        }

        private static boolean isTag(String language) {
            return language.matches("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,5}");
        }

        private String text(String type) {
            List<String> texts = new ArrayList<>();
            for (MailPart part : walk.parts()) {
                if (part.isBody() && part.is(type)) {
                    String text = part.text(repair).replace("\r\n", "\n").replace('\r', '\n');
                    if (part.cut()) {
                        repair.accept(
                                "Text cut at " + limits.text().toBytes() + " bytes; all of it is in the raw mail");
                    }
                    texts.add(isFlowed(part) ? FlowedText.unwrap(text, isDelSp(part)) : text);
                }
            }
            return String.join("\n", texts).strip();
        }

        private static boolean isFlowed(MailPart part) {
            return part.type()
                    .parameter("format")
                    .filter("flowed"::equalsIgnoreCase)
                    .isPresent();
        }

        private static boolean isDelSp(MailPart part) {
            return part.type()
                    .parameter("delsp")
                    .filter("yes"::equalsIgnoreCase)
                    .isPresent();
        }

        private List<Attachment> attachments() throws IOException {
            List<Attachment> attachments = new ArrayList<>();
            for (MailPart part : walk.parts()) {
                if (!part.isBody()) {
                    int index = part.index();
                    attachments.add(new Attachment(
                            AttachmentNames.of(part, repair),
                            part.mediaType(),
                            part.size(),
                            part.isInline(),
                            part.contentId(),
                            () -> MailWalk.open(raw, index)));
                }
            }
            return attachments;
        }

        private @Nullable MessageId messageId() {
            Optional<MessageId> id = first("message-id").flatMap(Reading::anyId);
            if (id.isEmpty()) {
                repair.accept("No readable Message-ID");
            }
            return id.orElse(null);
        }

        private @Nullable MessageId inReplyTo() {
            return first("in-reply-to").flatMap(Reading::anyId).orElse(null);
        }

        private static Optional<MessageId> anyId(String header) {
            List<MessageId> bracketed = MessageId.parseAll(header);
            return bracketed.isEmpty() ? MessageId.tryParse(header) : Optional.of(bracketed.get(0));
        }

        private @Nullable Instant sentAt() {
            Optional<Instant> date = first("date").flatMap(DateReader::read);
            if (date.isEmpty()) {
                repair.accept("No readable Date");
            }
            return date.orElse(null);
        }

        private @Nullable MailAddress from() {
            List<MailAddress> from = addresses("from");
            if (from.isEmpty()) {
                repair.accept("No readable From");
                from = addresses("sender");
            }
            return from.isEmpty() ? null : from.get(0);
        }

        private List<MailAddress> addresses(String name) {
            return walk.header().stream()
                    .filter(field -> field.name().equals(name))
                    .flatMap(field -> AddressReader.read(field.value(), repair).stream())
                    .limit(limits.addresses())
                    .toList();
        }

        private Map<String, List<String>> headers() {
            Map<String, List<String>> headers = new LinkedHashMap<>();
            for (HeaderField field : walk.header()) {
                headers.computeIfAbsent(field.name(), any -> new ArrayList<>())
                        .add(HeaderDecoder.decodeWords(field.value(), repair));
            }
            headers.replaceAll((name, values) -> List.copyOf(values));
            return headers;
        }

        private Optional<String> first(String name) {
            return walk.header().stream()
                    .filter(field -> field.name().equals(name))
                    .map(HeaderField::value)
                    .filter(value -> !value.isBlank())
                    .findFirst();
        }

        private Optional<String> words(String name) {
            return first(name.toLowerCase(Locale.ROOT)).map(value -> HeaderDecoder.decodeWords(value, repair));
        }
    }
}
