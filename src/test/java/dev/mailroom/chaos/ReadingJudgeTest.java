package dev.mailroom.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.chaos.MailDrop.Lying;
import dev.mailroom.chaos.MailDrop.Put;
import dev.mailroom.chaos.ReadingEvidence.Instance;
import dev.mailroom.chaos.ReadingEvidence.Place;
import dev.mailroom.chaos.ReadingEvidence.Row;
import dev.mailroom.chaos.ReadingJudge.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judge must be able to find somebody guilty. */
class ReadingJudgeTest {

    private final List<Put> put = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Lying> inbox = new ArrayList<>();
    private final List<Lying> done = new ArrayList<>();
    private String after = "MOVE";

    @BeforeEach
    void one_mail_that_went_well() {
        put.add(new Put("box", "<one>", true));
        instances.add(new Instance("i-1", "<one>"));
        rows.add(row("<one>", "STARTED", "i-1"));
        done.add(new Lying("<one>", false));
    }

    @Test
    void what_went_well_is_acquitted() {
        assertThat(verdict().isSound()).as(verdict().toString()).isTrue();
        assertThat(verdict().figures())
                .isEqualTo("1 put, 1 instances: 0 lost, 0 doubled, 0 in quarantine, 0 stuck, 0 unlisted, 0 breaches");
    }

    @Test
    void a_mail_that_nobody_read_is_lost_and_unlisted() {
        put.add(new Put("box", "<two>", true));

        assertThat(verdict().lost()).hasSize(1);
        assertThat(verdict().unlisted()).hasSize(1);
    }

    @Test
    void a_mail_that_is_gone_from_the_server_and_has_no_row_is_a_breach_too() {
        put.add(new Put("box", "<two>", true));

        assertThat(verdict().breaches()).singleElement().asString().contains("touched on the server");
    }

    @Test
    void a_second_instance_is_doubled() {
        instances.add(new Instance("i-2", "<one>"));

        assertThat(verdict().doubled()).hasSize(1);
    }

    @Test
    void a_second_row_is_doubled() {
        rows.add(row("<one>", "STARTED", "i-1"));

        assertThat(verdict().doubled()).hasSize(1);
    }

    @Test
    void a_mail_from_before_the_start_must_not_be_read() {
        put.set(0, new Put("box", "<one>", false));

        assertThat(verdict().doubled()).singleElement().asString().contains("before the start");
    }

    @Test
    void a_mail_in_quarantine_is_neither_lost_nor_sound_without_a_look() {
        instances.clear();
        rows.set(0, row("<one>", "QUARANTINED", null));

        assertThat(verdict().isSound()).isTrue();
        assertThat(verdict().quarantined()).containsExactly("<one>");
    }

    @Test
    void a_mail_in_quarantine_that_started_something_is_unlisted() {
        rows.set(0, row("<one>", "QUARANTINED", null));

        assertThat(verdict().unlisted()).hasSize(1);
    }

    @Test
    void a_row_that_names_another_instance_is_unlisted() {
        rows.set(0, row("<one>", "STARTED", "i-9"));

        assertThat(verdict().unlisted()).hasSize(1);
    }

    @Test
    void a_mail_that_is_not_decided_is_stuck() {
        instances.clear();
        done.clear();
        inbox.add(new Lying("<one>", false));
        rows.set(0, row("<one>", "RECEIVED", null));

        assertThat(verdict().stuck()).hasSize(1);
        assertThat(verdict().lost()).hasSize(1);
    }

    @Test
    void a_mail_still_in_the_hand_of_a_node_is_stuck() {
        rows.set(0, new Row("1", "box", "<one>", "STARTED", "i-1", true));

        assertThat(verdict().stuck()).hasSize(1);
    }

    @Test
    void a_mail_moved_before_it_was_decided_is_a_breach() {
        rows.set(0, row("<one>", "RECEIVED", null));

        assertThat(verdict().breaches()).hasSize(1);
    }

    @Test
    void a_mail_moved_twice_is_a_breach() {
        done.add(new Lying("<one>", false));

        assertThat(verdict().breaches()).hasSize(1);
    }

    @Test
    void a_mail_deleted_instead_of_moved_is_a_breach() {
        done.clear();

        assertThat(verdict().breaches()).hasSize(1);
    }

    @Test
    void a_mail_that_should_be_gone_is_stuck() {
        after = "DELETE";
        inbox.add(new Lying("<one>", false));

        assertThat(verdict().stuck()).singleElement().asString().contains("is not deleted");
    }

    @Test
    void a_mail_that_should_be_seen_is_stuck_and_one_that_went_away_is_a_breach() {
        after = "SEEN";
        inbox.add(new Lying("<one>", false));

        assertThat(verdict().stuck()).hasSize(1);
        inbox.clear();
        assertThat(verdict().breaches()).hasSize(1);
    }

    @Test
    void an_instance_for_a_mail_that_nobody_put_there_is_a_breach() {
        instances.add(new Instance("i-2", "<two>"));

        assertThat(verdict().breaches()).hasSize(1);
    }

    private static Row row(String messageId, String state, String instance) {
        return new Row("1", "box", messageId, state, instance, false);
    }

    private Verdict verdict() {
        Map<String, Place> places = new LinkedHashMap<>();
        places.put("box", new Place(after, inbox, done));
        return ReadingJudge.judge(new ReadingEvidence(put, instances, rows, places));
    }
}
