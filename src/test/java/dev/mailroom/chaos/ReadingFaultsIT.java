package dev.mailroom.chaos;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The proof of reading by faults in small, part of every build; {@link ReadingChaosIT} has the figures that count, and mails
 * that kill JVMs ({@code CrashesTest} in small). In an order in which each proof goes on with the node that the one before has left.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadingFaultsIT extends ReadingProof {

    @Test
    @Order(2)
    void three_random_kills_lose_and_double_nothing() {
        r19_random_kills(60, 3);
    }

    @Test
    @Order(3)
    void known_mail_under_another_uidvalidity_starts_nothing() {
        r21_another_uidvalidity(10);
    }
}
