package dev.mailroom.chaos;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The proof of reading by faults with the figures of src/docs/reliability.md: {@code mvn verify -Pchaos}, with
 * {@code -Dfull} the full ones, with {@code -Dchaos.seed=…} other chances.
 */
@Tag("chaos")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadingChaosIT extends ReadingProof {

    private static final boolean FULL = System.getProperty("full") != null;

    private static int figure(int usual, int full) {
        return FULL ? full : usual;
    }

    @Test
    @Order(0)
    void r19_without_faults_the_judge_finds_nothing() {
        no_faults_no_findings(figure(500, 2_000));
    }

    @Test
    @Order(1)
    void r19_random_kills_lose_and_double_nothing() {
        r19_random_kills(figure(1_000, 5_000), figure(10, 50));
    }

    @Test
    @Order(2)
    void r19_a_crash_at_each_point_of_imap_loses_and_doubles_nothing() {
        r19_a_crash_at_each_point(figure(1, 20), false);
    }

    @Test
    @Order(3)
    void r19_a_crash_at_each_point_of_pop3_loses_and_doubles_nothing() {
        r19_a_crash_at_each_point(figure(1, 20), true);
    }

    @Test
    @Order(4)
    void r20_two_nodes_whose_leases_move_double_nothing() {
        r20_two_nodes_and_leases_that_move(figure(1_000, 5_000), figure(6, 20));
    }

    @Test
    @Order(5)
    void r21_known_mail_under_another_uidvalidity_starts_nothing() {
        r21_another_uidvalidity(figure(200, 1_000));
    }

    @Test
    @Order(6)
    void r25_a_mail_that_kills_two_nodes_is_kept_and_the_mailbox_goes_on() {
        r25_poison();
    }
}
