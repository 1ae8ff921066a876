package dev.mailroom.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimeOrderedIdTest {

    @Test
    void those_of_a_later_millisecond_stand_behind_those_of_an_earlier_one() {
        long now = Instant.parse("2026-11-23T09:00:00Z").toEpochMilli();

        assertThat(LongStream.range(0, 10_000).mapToObj(n -> TimeOrderedId.at(now + n)))
                .isSorted();
    }

    @Test
    void one_is_a_uuid_that_begins_with_the_milliseconds_of_now() {
        long before = System.currentTimeMillis();
        UUID id = UUID.fromString(TimeOrderedId.next());

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isBetween(before, System.currentTimeMillis());
    }

    @Test
    void threads_never_get_the_same() {
        var ids = IntStream.range(0, 100_000)
                .parallel()
                .mapToObj(n -> TimeOrderedId.next())
                .toList();

        assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
    }
}
