package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MailWalk.HeaderField;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageId;
import java.io.IOException;
import java.net.URLConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
        Set<String> repairs = new LinkedHashSet<>();
        Consumer<String> repair = text -> {
            if (repairs.size() < MOST_REPAIRS) {
                repairs.add(text);
            }
        };
        ByteSource mended = MendedMail.of(raw, repair);
        gate.check(mended);
        return new Reading(mended, repairs, repair).message();
    }

    /** One mail being read. */
    private final class Reading {
        private final Set<String> repairs;
        private final Consumer<String> repair;
        private final ByteSource raw;
        private final MailWalk walk;
        private final MailBody body;

        Reading(ByteSource mail, Set<String> repairs, Consumer<String> repair) throws IOException {
            this.repairs = repairs;
            this.repair = repair;
            this.raw = mail;
            this.walk = MailWalk.over(raw, Math.toIntExact(limits.text().toBytes()), repair);
            this.body = MailBody.of(raw, walk, limits, repair);
        }

        IncomingMessage message() throws IOException {
            String subject = words("subject").orElse("");
            String plain = body.plain();
            String html = body.html();
            boolean heavy = HtmlWeight.isTooHeavy(html);
            if (heavy) {
                repair.accept("HTML of too many elements: only its text is kept");
            }
            Document document = html.isBlank() || heavy ? null : Jsoup.parse(html);
            String text = plain.isBlank() && document != null ? HtmlContent.text(document.body()) : plain;
            text = heavy && plain.isBlank() ? HtmlWeight.textBetweenTags(html) : text;
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
                    document == null ? null : HtmlContent.sanitise(html),
                    reply.text(),
                    reply.elided(),
                    words("content-language")
                            .map(languages -> languages.split("[,\\s]", 2)[0])
                            .filter(Reading::isTag)
                            .orElse(null),
                    attachments(),
                    inReplyTo(),
                    references(),
                    headers(),
                    DeliveryReports.find(walk.header(), walk.parts(), text),
                    List.copyOf(repairs));
        }

        private static boolean isTag(String language) {
            return language.matches("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,5}");
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
            body.files().forEach(file -> attachments.add(attachment(file)));
            return attachments;
        }

        private static Attachment attachment(UuFiles.File file) {
            byte[] bytes = file.bytes();
            return new Attachment(
                    Attachment.cleanName(file.name()),
                    Objects.requireNonNullElse(
                            URLConnection.guessContentTypeFromName(file.name()), "application/octet-stream"),
                    bytes.length,
                    false,
                    null,
                    ByteSource.of(bytes));
        }

        private @Nullable MessageId messageId() {
            Optional<MessageId> id = first("message-id").flatMap(Reading::anyId);
            if (id.isEmpty()) {
                repair.accept("No readable Message-ID");
            }
            return id.orElse(null);
        }

        /** Some programs write a field for each. */
        private List<MessageId> references() {
            return walk.header().stream()
                    .filter(field -> field.name().equals("references"))
                    .flatMap(field -> MessageId.parseAll(field.value()).stream())
                    .toList();
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
