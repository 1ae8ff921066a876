package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.MailState;
import dev.mailroom.testing.ErrorsFile;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.engine.variable.value.FileValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Files of a process, as they are and as they should not be. */
class AttachmentsIT extends EngineIT {

    private static final byte[] BYTES = {1, 2, 3};

    @Autowired
    MailContent content;

    @ParameterizedTest
    @CsvSource({
        "../../etc/passwd, passwd",
        "..\\..\\evil.exe, evil.exe",
        "/abs/olute.pdf, olute.pdf",
        ".htaccess, htaccess",
        "invoice\u202Efdp.exe, invoicefdp.exe",
        "ze\u200Bro.pdf, zero.pdf",
        "'a:b*c?.pdf', a_b_c_.pdf",
        "größer 😀.pdf, größer 😀.pdf",
        "../.., attachment"
    })
    void a_name_that_leads_elsewhere_is_sent_without_its_way(String name, String expected) throws Exception {
        ProcessInstance instance = send(file(name, BYTES));

        assertThat(files(instance)).containsExactly(Map.entry(expected, BYTES.length));
    }

    @Test
    void a_very_long_name_is_cut_before_its_end() throws Exception {
        ProcessInstance instance = send(file("ä".repeat(200) + ".pdf", BYTES));

        assertThat(files(instance)).containsExactly(Map.entry("ä".repeat(200) + ".pdf", BYTES.length));
    }

    @Test
    void an_empty_file_is_sent_as_it_is() throws Exception {
        assertThat(files(send(file("empty.txt", new byte[0])))).containsExactly(Map.entry("empty.txt", 0));
    }

    @Test
    void a_media_type_that_is_none_becomes_that_of_unknown_bytes() throws Exception {
        FileValue odd = Variables.fileValue("a.bin")
                .file(BYTES)
                .mimeType("application/pdf\r\nX-Evil: 1")
                .create();
        FileValue worse =
                Variables.fileValue("b.bin").file(BYTES).mimeType("app\u0007/x").create();

        assertThat(part(send(odd)).getContentType()).startsWith("application/pdf;");
        assertThat(part(send(worse)).getContentType()).startsWith("application/octet-stream;");
    }

    @Test
    void files_of_a_list_come_in_its_order_and_the_same_name_twice_is_two_files() throws Exception {
        Map<String, Object> variables = new HashMap<>();
        variables.put("offer", List.of("second", "first"));
        variables.put("first", file("a.txt", BYTES));
        variables.put("second", file("a.txt", new byte[0]));

        assertThat(files(start(process(), variables)))
                .containsExactly(Map.entry("a.txt", 0), Map.entry("a.txt", BYTES.length));
    }

    @Test
    void what_is_no_file_is_an_incident_with_the_sentence_of_the_page() {
        Map<String, Object> list = new HashMap<>();
        list.put("offer", List.of("first", "note"));
        list.put("first", file("a.txt", BYTES));
        list.put("note", "no file");
        Map<String, Object> none = new HashMap<>();
        none.put("offer", null);

        assertRefused(none, "file variable that is null");
        assertRefused(list, "list of files with something else in it");
        for (String bad : new String[] {"\r\nX: y", "\n", "\0", "\u0007", "\u0085"}) {
            assertRefused(Map.of("offer", file("a" + bad + ".pdf", BYTES)), "file name with a line break");
        }
    }

    private void assertRefused(Map<String, Object> variables, String input) {
        ErrorsFile.Row row = ErrorsFile.section("A wrong value at run time").stream()
                .filter(any -> any.input().equals(input))
                .findFirst()
                .orElseThrow();

        ProcessInstance instance = start(process(), variables);

        JournalEntry mail = mail(instance);
        assertThat(mail.state()).isEqualTo(MailState.FAILED);
        assertThat(mail.progress().reason().text()).isEqualTo(row.sentence());
        assertThat("incident, `" + mail.progress().reason().code() + "`").isEqualTo(row.where());
    }

    private ProcessInstance send(FileValue file) {
        return start(process(), Map.of("offer", file));
    }

    private String process() {
        return deploy(EmailXml.line(EmailXml.task("send").with("emailAttachments", "offer")));
    }

    private static FileValue file(String name, byte[] bytes) {
        return Variables.fileValue(name).file(bytes).mimeType("application/pdf").create();
    }

    private List<Map.Entry<String, Integer>> files(ProcessInstance instance) throws Exception {
        MimeMultipart mixed = (MimeMultipart) message(instance).getContent();
        List<Map.Entry<String, Integer>> files = new java.util.ArrayList<>();
        for (int i = 1; i < mixed.getCount(); i++) {
            MimeBodyPart part = (MimeBodyPart) mixed.getBodyPart(i);
            files.add(Map.entry(
                    jakarta.mail.internet.MimeUtility.decodeText(part.getFileName()),
                    part.getInputStream().readAllBytes().length));
        }
        return files;
    }

    private MimeBodyPart part(ProcessInstance instance) throws Exception {
        return (MimeBodyPart) ((MimeMultipart) message(instance).getContent()).getBodyPart(1);
    }

    private MimeMessage message(ProcessInstance instance) throws Exception {
        JournalEntry mail = mail(instance);
        assertThat(mail.state()).as(String.valueOf(mail.progress().reason())).isEqualTo(MailState.QUEUED);
        try (InputStream in =
                content.open(mail.stored().contentId()).orElseThrow().open()) {
            return new MimeMessage(null, in);
        }
    }
}
