package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.ByteSource;
import dev.mailroom.registry.SentFolder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link SentFolder} does. */
public abstract class SentFolderContract {

    protected static final String ID = "<mr.1.0123456789abcdef0123@acme.example>";

    /** A line to the folder named {@code Sent}, which is there and was empty at first. */
    protected abstract SentFolder open() throws Exception;

    /** What lies in the folder, oldest first. */
    protected abstract List<String> inFolder() throws Exception;

    protected static String raw(String id, int lines) {
        return "From: support@acme.example\r\nTo: ana@customer.example\r\nMessage-ID: " + id
                + "\r\nSubject: Your request\r\n\r\n" + "Dear Ana, .\r\n".repeat(lines);
    }

    private static void append(SentFolder folder, String raw) throws Exception {
        byte[] bytes = raw.getBytes(StandardCharsets.US_ASCII);
        ByteSource source = () -> new ByteArrayInputStream(bytes);
        folder.append(source, bytes.length);
    }

    @Test
    public void an_empty_folder_has_nothing() throws Exception {
        try (SentFolder folder = open()) {
            assertThat(folder.has(ID)).isFalse();
        }
        assertThat(inFolder()).isEmpty();
    }

    @Test
    public void what_was_appended_is_found_by_its_id_and_nothing_else_is() throws Exception {
        try (SentFolder folder = open()) {
            append(folder, raw(ID, 3));
            assertThat(folder.has(ID)).isTrue();
            assertThat(folder.has(ID.replace("mr.1", "mr.2"))).isFalse();
        }
        try (SentFolder folder = open()) {
            assertThat(folder.has(ID)).as("on another line").isTrue();
        }
    }

    @Test
    public void a_large_message_arrives_byte_for_byte() throws Exception {
        String raw = raw(ID, 200_000);

        try (SentFolder folder = open()) {
            append(folder, raw);
        }

        assertThat(inFolder()).hasSize(1);
        assertThat(inFolder().get(0).stripTrailing()).isEqualTo(raw.stripTrailing());
    }

    @Test
    public void several_questions_use_one_line() throws Exception {
        try (SentFolder folder = open()) {
            append(folder, raw(ID, 1));
            append(folder, raw(ID.replace("mr.1", "mr.2"), 1));
            assertThat(folder.has(ID)).isTrue();
            assertThat(folder.has(ID.replace("mr.1", "mr.2"))).isTrue();
            assertThat(folder.has(ID.replace("mr.1", "mr.3"))).isFalse();
        }
    }
}
