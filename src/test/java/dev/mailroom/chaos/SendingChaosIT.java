package dev.mailroom.chaos;

import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The proof by faults with the figures of src/docs/reliability.md: {@code mvn verify -Pchaos}, with {@code -Dfull} the
 * full ones, with {@code -Dchaos.seed=…} other chances.
 */
@Tag("chaos")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SendingChaosIT extends SendingProof {

    private static final boolean FULL = System.getProperty("full") != null;

    private static int figure(int usual, int full) {
        return FULL ? full : usual;
    }

    @Test
    @Order(0)
    void r0_without_faults_the_judge_finds_nothing() {
        no_faults_no_findings(500);
    }

    @Test
    @Order(1)
    void r1_random_kills_lose_and_double_nothing() {
        r1_random_kills(figure(2_000, 10_000), figure(15, 50));
    }

    @Test
    @Order(2)
    void r2_a_crash_at_each_point_ends_as_the_point_says() {
        r2_a_crash_at_each_point(List.of(CrashPoint.values()), figure(1, 20));
    }

    @Test
    @Order(3)
    void r3_a_dot_without_an_answer_is_a_doubt_and_a_250_is_not() {
        r3_no_answer_to_the_dot(figure(20, 100));
    }

    @Test
    @Order(3)
    void r3_a_chosen_resend_carries_the_same_message() {
        r3_resend_gives_the_same_bytes_twice(figure(20, 100));
    }

    @Test
    @Order(6)
    void r6_two_nodes_share_the_work_and_double_nothing() {
        r6_two_nodes_share_the_work(figure(2_000, 10_000));
    }

    @Test
    @Order(7)
    void r7_a_zombie_does_not_send_what_another_node_took_over() {
        r7_zombies(figure(3, 50));
    }

    @Test
    @Order(9)
    void r9_each_recipient_of_a_mail_has_a_fate_of_its_own() {
        r9_each_recipient_has_a_fate_of_its_own(1_000);
    }

    @Test
    @Order(13)
    void r13_a_rolled_back_process_sends_nothing() {
        r13_only_what_is_committed_is_sent(1_000);
    }

    @Test
    @Order(14)
    void r14_a_database_that_stops_at_once_loses_and_doubles_nothing() throws InterruptedException {
        r14_the_database_stops_at_once(600, figure(3, 10));
    }
}
