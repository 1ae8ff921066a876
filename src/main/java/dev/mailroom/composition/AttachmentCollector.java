package dev.mailroom.composition;

import dev.mailroom.message.Attachment;
import java.util.ArrayList;
import java.util.List;

/** The files of a mail: file variables of the process, and attachments of the mail that opened it. */
final class AttachmentCollector {

    private static final String OF_MAIL = "mail:";

    private AttachmentCollector() {}

    static List<Attachment> collect(List<String> names, CaseFile caseFile) throws CompositionException {
        List<Attachment> files = new ArrayList<>();
        for (String name : names) {
            if (name.equals("mail")) {
                files.addAll(ofOpeningMail(name, caseFile));
            } else if (name.startsWith(OF_MAIL)) {
                files.add(ofOpeningMail(
                        name, caseFile, name.substring(OF_MAIL.length()).strip()));
            } else {
                files.addAll(caseFile.files(name)
                        .orElseThrow(() -> missing("There is no file variable '" + Quote.of(name) + "'")));
            }
        }
        return List.copyOf(files);
    }

    private static List<Attachment> ofOpeningMail(String entry, CaseFile caseFile) throws CompositionException {
        return caseFile.openingAttachments()
                .orElseThrow(() -> missing("'" + Quote.of(entry) + "': no mail opened this process instance"));
    }

    private static Attachment ofOpeningMail(String entry, CaseFile caseFile, String name) throws CompositionException {
        return ofOpeningMail(entry, caseFile).stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> missing(
                        "The mail that opened this process instance has no attachment '" + Quote.of(name) + "'"));
    }

    private static CompositionException missing(String message) {
        return new CompositionException("MISSING_ATTACHMENT", message);
    }
}
