package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailstore.MessageReader.UnreadableMessageException;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Reads every file below the folder named by {@code -Dmailroom.test.mails=…}; for sets of mail too large to keep here. */
@EnabledIfSystemProperty(named = "mailroom.test.mails", matches = ".+")
class MailFolderTest {

    private final MessageReader reader = new LenientMessageReader(InboundLimitsProperties.defaults());
    private final List<String> failures = new ArrayList<>();

    @Test
    void every_mail_of_the_folder_can_be_read() throws Exception {
        List<Path> mails;
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("mailroom.test.mails")))) {
            mails = files.filter(Files::isRegularFile).sorted().toList();
        }

        mails.forEach(this::read);

        assertThat(mails).isNotEmpty();
        assertThat(failures).isEmpty();
    }

    private void read(Path mail) {
        try {
            IncomingMessage message = reader.read(ByteSource.of(Files.readAllBytes(mail)));
            for (var attachment : message.attachments()) {
                try (InputStream content = attachment.content().open()) {
                    long bytes = content.transferTo(java.io.OutputStream.nullOutputStream());
                    if (bytes != attachment.size()) {
                        failures.add(mail + ": attachment of " + attachment.size() + " bytes reopened with " + bytes);
                    }
                }
            }
            System.out.println(mail.getFileName() + " | text " + message.text().length() + " | attachments "
                    + message.attachments().size() + " | report "
                    + (message.report() == null
                            ? "-"
                            : message.report().recipients().size() + " "
                                    + message.report().originalMessageId())
                    + " | " + message.repairs());
        } catch (UnreadableMessageException limit) {
            System.out.println(mail.getFileName() + " | refused: " + limit.limit());
        } catch (Exception | Error e) {
            failures.add(mail + ": " + e);
        }
    }
}
