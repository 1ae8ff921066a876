package dev.mailroom.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testing.SettableClock;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The same on both databases. */
abstract class ReadWishesContract {

    private final SettableClock clock = new SettableClock();
    private final JdbcClient jdbc = JdbcClient.create(database());
    private final ReadWishes wishes = new ReadWishes(jdbc, clock);

    abstract DataSource database();

    @Test
    void a_wish_waits_for_the_node_that_can_fulfil_it_and_is_fulfilled_once() {
        wishes.leave("Support");
        wishes.leave("sales");

        assertThat(wishes.take(key -> false)).isEmpty();
        assertThat(wishes.take("support"::equals)).containsExactly("support");
        assertThat(wishes.take("support"::equals)).isEmpty();
        assertThat(wishes.take(key -> true)).containsExactly("sales");
    }

    @Test
    void wishing_twice_is_one_wish() {
        IntStream.range(0, 20).parallel().forEach(n -> wishes.leave("support"));

        assertThat(wishes.take(key -> true)).containsExactly("support");
    }

    @Test
    void what_nobody_fulfils_within_a_minute_is_forgotten() {
        wishes.leave("support");
        clock.advance(ReadWishes.FORGOTTEN_AFTER.plusMillis(1));

        assertThat(wishes.take(key -> true)).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void a_wish_that_is_said_again_is_young_again() {
        wishes.leave("support");
        clock.advance(ReadWishes.FORGOTTEN_AFTER.minusSeconds(1));
        wishes.leave("support");
        clock.advance(ReadWishes.FORGOTTEN_AFTER.minusSeconds(1));

        assertThat(wishes.take(key -> true)).containsExactly("support");
    }

    private List<String> left() {
        return jdbc.sql("select MAILBOX from MAILROOM_READ_WISH")
                .query(String.class)
                .list();
    }
}
