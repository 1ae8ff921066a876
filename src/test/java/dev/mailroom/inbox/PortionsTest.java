package dev.mailroom.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.mailstore.MailStore.Locator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortionsTest {

    private final List<Found> found = new ArrayList<>();

    @Test
    void small_mails_come_in_portions_of_twenty() {
        add(45, 10_000);

        assertThat(sizes(Map.of())).containsExactly(20, 20, 5);
    }

    @Test
    void a_portion_stays_within_its_budget_of_bytes() {
        add(10, 250_000);

        assertThat(sizes(Map.of())).containsExactly(4, 4, 2);
    }

    @Test
    void large_mails_and_those_of_unknown_size_come_alone_and_in_their_order() {
        add(2, 10_000);
        add(1, 256 * 1024 + 1);
        add(1, -1);
        add(2, 10_000);

        assertThat(sizes(Map.of())).containsExactly(2, 1, 1, 2);
        assertThat(uids(Map.of())).containsExactly("1", "2", "3", "4", "5", "6");
    }

    @Test
    void those_that_failed_before_come_last_and_alone() {
        add(4, 10_000);

        assertThat(sizes(Map.of("1", 2, "3", 1))).containsExactly(2, 1, 1);
        assertThat(uids(Map.of("1", 2, "3", 1))).containsExactly("2", "4", "3", "1");
    }

    @Test
    void those_at_which_a_line_broke_come_last_and_alone() {
        add(3, 10_000);

        List<List<Found>> portions =
                Portions.of(found, Map.of(), List.of(found.get(0).locator()), Portions.SMALL);

        assertThat(portions).extracting(List::size).containsExactly(2, 1);
        assertThat(portions.get(1)).containsExactly(found.get(0));
    }

    private List<Integer> sizes(Map<String, Integer> failures) {
        return Portions.of(found, failures, List.of(), Portions.SMALL).stream()
                .map(List::size)
                .toList();
    }

    private List<String> uids(Map<String, Integer> failures) {
        return Portions.of(found, failures, List.of(), Portions.SMALL).stream()
                .flatMap(List::stream)
                .map(one -> one.locator().uid())
                .toList();
    }

    private void add(int count, long size) {
        for (int i = 0; i < count; i++) {
            found.add(new Found(new Locator("INBOX", 7, String.valueOf(found.size() + 1)), size, null));
        }
    }
}
