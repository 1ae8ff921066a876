package dev.mailroom.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.ByteSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RawHeadTest {

    @Test
    void encoded_words_are_read_for_people_and_kept_for_machines() throws IOException {
        RawHead head = head("Subject: =?utf-8?q?Minutes_of_the_m=C3=A4eting?=\r\n");

        assertThat(head.text("subject")).contains("Minutes of the mäeting");
        assertThat(head.field("subject")).contains("=?utf-8?q?Minutes_of_the_m=C3=A4eting?=");
    }

    @Test
    void raw_utf8_is_read_and_broken_words_stay_as_they_stand() throws IOException {
        assertThat(head("Subject: Grüße\r\n").text("Subject")).contains("Grüße");
        assertThat(head("Subject: =?nope-9?q?x?= y\r\n").text("Subject")).contains("=?nope-9?q?x?= y");
        assertThat(head("From: x@example.org\r\n").text("Subject")).isEmpty();
    }

    private static RawHead head(String header) throws IOException {
        return RawHead.read(ByteSource.of((header + "\r\nbody").getBytes(StandardCharsets.UTF_8)));
    }
}
