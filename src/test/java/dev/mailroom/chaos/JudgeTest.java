package dev.mailroom.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.chaos.AcceptanceLog.Accepted;
import dev.mailroom.chaos.Evidence.Attempt;
import dev.mailroom.chaos.Evidence.Mail;
import dev.mailroom.chaos.Evidence.Recipient;
import dev.mailroom.chaos.Judge.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The judge must be able to find somebody guilty. */
class JudgeTest {

    private final Set<String> intent = new HashSet<>();
    private final Set<String> open = new HashSet<>();
    private final Set<String> incidents = new HashSet<>();
    private final List<Mail> mails = new ArrayList<>();
    private final List<Recipient> recipients = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Accepted> accepted = new ArrayList<>();

    @Test
    void what_went_well_is_acquitted() {
        sent("one");
        sent("two");
        uncertain("three");

        Verdict verdict = verdict();

        assertThat(verdict.isSound()).as(verdict.toString()).isTrue();
        assertThat(verdict.duplicates()).isEmpty();
        assertThat(verdict.uncertain()).containsExactly("three");
        assertThat(verdict.failed()).isEmpty();
    }

    @Test
    void a_mail_that_was_given_up_or_cancelled_is_told_even_when_everybody_is_shown_it() {
        sent("one");
        for (String state : List.of("FAILED", "CANCELLED")) {
            mail(state, state);
            recipients.add(new Recipient(state, "ana@customer.example", "DROPPED"));
            open.add("instance-of-" + state);
            incidents.add("task-of-" + state);
        }

        Verdict verdict = verdict();

        assertThat(verdict.isSound()).as(verdict.toString()).isTrue();
        assertThat(verdict.failed()).containsExactly("mail FAILED is FAILED", "mail CANCELLED is CANCELLED");
        assertThat(verdict.figures()).contains(", 2 failed, ");
    }

    @Test
    void a_second_copy_is_a_duplicate_and_breaks_i4() {
        sent("one");
        accepted.add(copy("one", "sha"));

        Verdict verdict = verdict();

        assertThat(verdict.duplicates()).hasSize(1);
        assertThat(verdict.breaches()).singleElement().asString().startsWith("I4");
    }

    @Test
    void a_second_copy_on_purpose_is_a_duplicate_but_no_breach() {
        sent("one");
        attempts.set(0, new Attempt("one", 1, "node", true, "UNCERTAIN", null));
        attempts.add(new Attempt("one", 2, "node", true, "ACCEPTED", 250));
        accepted.add(copy("one", "sha"));

        Verdict verdict = verdict();

        assertThat(verdict.duplicates()).hasSize(1);
        assertThat(verdict.breaches()).isEmpty();
    }

    @Test
    void a_third_copy_breaks_i3_even_after_one_resend() {
        sent("one");
        attempts.set(0, new Attempt("one", 1, "node", true, "UNCERTAIN", null));
        attempts.add(new Attempt("one", 2, "node", true, "ACCEPTED", 250));
        accepted.add(copy("one", "sha"));
        accepted.add(copy("one", "sha"));

        assertThat(verdict().breaches()).singleElement().asString().startsWith("I3");
    }

    @Test
    void a_mail_called_sent_that_no_server_has_is_lost() {
        sent("one");
        accepted.clear();

        assertThat(verdict().lost()).hasSize(1);
    }

    @Test
    void a_wish_without_a_mail_is_lost() {
        intent.add("instance-of-nothing");

        assertThat(verdict().lost()).hasSize(1);
    }

    @Test
    void a_mail_that_nobody_wanted_breaks_i1() {
        accepted.add(copy("from-nowhere", "sha"));

        assertThat(verdict().breaches()).singleElement().asString().startsWith("I1");
    }

    @Test
    void a_doubt_without_an_incident_is_unlisted() {
        uncertain("one");
        incidents.clear();

        assertThat(verdict().unlisted()).hasSize(1);
    }

    @Test
    void a_dot_without_a_result_is_unlisted() {
        sent("one");
        attempts.add(new Attempt("one", 2, "node", true, null, null));

        assertThat(verdict().unlisted()).hasSize(1);
    }

    @Test
    void two_dots_without_a_result_break_i2() {
        uncertain("one");
        attempts.clear();
        attempts.add(new Attempt("one", 1, "node", true, null, null));
        attempts.add(new Attempt("one", 2, "node", true, null, null));

        assertThat(verdict().breaches()).singleElement().asString().startsWith("I2");
    }

    @Test
    void a_copy_that_the_journal_takes_for_refused_is_unlisted() {
        sent("one");
        recipients.set(0, new Recipient("one", "ana@customer.example", "REFUSED"));

        assertThat(verdict().unlisted()).hasSize(1);
    }

    @Test
    void a_mail_called_sent_before_anybody_said_so_breaks_i5() {
        sent("one");
        attempts.set(0, new Attempt("one", 1, "node", true, "ACCEPTED", null));

        assertThat(verdict().breaches()).singleElement().asString().startsWith("I5");
    }

    @Test
    void other_bytes_than_the_journals_are_a_breach() {
        sent("one");
        accepted.set(0, copy("one", "other sha"));

        assertThat(verdict().breaches()).singleElement().asString().contains("same bytes");
    }

    @Test
    void a_process_that_hangs_although_its_mail_is_sent_is_a_breach() {
        sent("one");
        open.add("instance-of-one");

        assertThat(verdict().breaches()).hasSize(1);
    }

    @Test
    void what_is_still_on_its_way_cannot_be_judged() {
        mail("one", "RETRYING");

        assertThat(verdict().breaches()).hasSize(1);
    }

    private void sent(String id) {
        mail(id, "SENT");
        recipients.add(new Recipient(id, "ana@customer.example", "ACCEPTED"));
        attempts.add(new Attempt(id, 1, "node", true, "ACCEPTED", 250));
        accepted.add(copy(id, "sha"));
    }

    private void uncertain(String id) {
        mail(id, "UNCERTAIN");
        recipients.add(new Recipient(id, "ana@customer.example", "WAITING"));
        attempts.add(new Attempt(id, 1, "node", true, "UNCERTAIN", null));
        accepted.add(copy(id, "sha"));
        open.add("instance-of-" + id);
        incidents.add("task-of-" + id);
    }

    private void mail(String id, String state) {
        intent.add("instance-of-" + id);
        mails.add(new Mail(id, "instance-of-" + id, "task-of-" + id, state, "<" + id + "@x>", "sha"));
    }

    private static Accepted copy(String id, String sha) {
        return new Accepted("<" + id + "@x>", sha, List.of("ana@customer.example"));
    }

    private Verdict verdict() {
        return Judge.judge(new Evidence(intent, open, incidents, mails, recipients, attempts, accepted));
    }
}
