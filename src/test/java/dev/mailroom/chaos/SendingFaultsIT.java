package dev.mailroom.chaos;

import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The proof by faults in small, part of every build; {@link SendingChaosIT} has the figures that count, and the crash at
 * each of all points (R2), which starts a JVM for each and so takes longer than a build may.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SendingFaultsIT extends SendingProof {

    @Test
    @Order(0)
    void without_faults_the_judge_finds_nothing() {
        no_faults_no_findings(50);
    }

    @Test
    void three_random_kills_lose_and_double_nothing() {
        r1_random_kills(300, 3);
    }

    @Test
    void a_jvm_killed_behind_the_mark_leaves_a_doubt_and_no_second_copy() {
        r2_a_crash_at_each_point(List.of(CrashPoint.DOT_SEEN, CrashPoint.RECORDING), 1);
    }

    @Test
    void a_dot_without_an_answer_is_a_doubt_and_a_250_is_not() {
        r3_no_answer_to_the_dot(4);
    }

    @Test
    void a_chosen_resend_carries_the_same_message() {
        r3_resend_gives_the_same_bytes_twice(3);
    }

    @Test
    void each_recipient_of_a_mail_has_a_fate_of_its_own() {
        r9_each_recipient_has_a_fate_of_its_own(50);
    }

    @Test
    void a_rolled_back_process_sends_nothing() {
        r13_only_what_is_committed_is_sent(100);
    }
}
