package dev.mailroom.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimeOrderedIdTest {

    @Test
    void later_ones_stand_behind_earlier_ones() {
        List<String> ids = Stream.generate(TimeOrderedId::next).limit(10_000).toList();

        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void one_is_a_uuid_that_begins_with_the_milliseconds_of_now() {
        long before = Instant.now().toEpochMilli();
        UUID id = UUID.fromString(TimeOrderedId.next());

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16)
                .isBetween(before, Instant.now().toEpochMilli());
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
