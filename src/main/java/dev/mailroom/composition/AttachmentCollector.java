package dev.mailroom.composition;

import dev.mailroom.message.Attachment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** The files of a mail: file variables of the process, and attachments of the mail that opened it. */
final class AttachmentCollector {

    private static final String OF_MAIL = "mail:";

    /** What a Content-ID may hold in a header of ours (RFC 2045 7). */
    private static final String CONTENT_ID = "[!-;=?-~]{1,250}";

    private final CaseFile caseFile;
    private final DataSize most;

    /** @param most all files together, before encoding */
    AttachmentCollector(CaseFile caseFile, DataSize most) {
        this.caseFile = caseFile;
        this.most = most;
    }

    /** A name that stands there twice means one file; two files of one name are two. */
    List<Attachment> collect(List<String> names) throws CompositionException {
        List<Attachment> files = new ArrayList<>();
        for (String name : new LinkedHashSet<>(names)) {
            if (name.equals("mail")) {
                files.addAll(ofOpeningMail(name));
            } else if (name.startsWith(OF_MAIL)) {
                files.add(ofOpeningMail(name, name.substring(OF_MAIL.length()).strip()));
            } else {
                files.addAll(caseFile.files(name)
                        .orElseThrow(() -> missing("There is no file variable '" + Quote.of(name) + "'")));
            }
        }
        checkSize(files);
        return List.copyOf(files);
    }

    private List<Attachment> ofOpeningMail(String entry) throws CompositionException {
        return caseFile
                .openingAttachments()
                .orElseThrow(() -> missing("'" + Quote.of(entry) + "': no mail opened this process instance"))
                .stream()
                .map(AttachmentCollector::sendable)
                .toList();
    }

    private Attachment ofOpeningMail(String entry, String name) throws CompositionException {
        return ofOpeningMail(entry).stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> missing(
                        "The mail that opened this process instance has no attachment '" + Quote.of(name) + "'"));
    }

    /** Others may have given it an id that no header of ours can carry; nothing in our letter points to it. */
    private static Attachment sendable(Attachment file) {
        String id = file.contentId();
        return id == null || id.matches(CONTENT_ID)
                ? file
                : new Attachment(file.name(), file.contentType(), file.size(), false, null, file.content());
    }

    private void checkSize(List<Attachment> files) throws CompositionException {
        long left = most.toBytes();
        for (Attachment file : files) {
            left -= file.size() >= 0 ? file.size() : counted(file, left);
            if (left < 0) {
                throw new CompositionException(
                        "ATTACHMENTS_TOO_BIG",
                        "The attachments are larger than " + inWords(most)
                                + " together (mailroom.sending.limits.attachments-size)");
            }
        }
    }

    /** By reading it, no further than needed. */
    private static long counted(Attachment file, long enough) {
        try (InputStream in = file.content().open()) {
            byte[] buffer = new byte[16 * 1024];
            long size = 0;
            for (int n = in.read(buffer); n >= 0 && size <= enough; n = in.read(buffer)) {
                size += n;
            }
            return size;
        } catch (IOException e) {
            throw new UncheckedIOException("An attachment could not be read", e);
        }
    }

    private static String inWords(DataSize size) {
        return size.toBytes() % (1024 * 1024) == 0 ? size.toMegabytes() + " MB" : size.toBytes() + " bytes";
    }

    private static CompositionException missing(String message) {
        return new CompositionException("MISSING_ATTACHMENT", message);
    }
}
