package dev.mailroom.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStore.Disposition;
import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.mailstore.MailStoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every {@link MailStore}, the fake one too, does with several messages at once. */
public abstract class SmallMessagesContract {

    protected abstract String deliver(String text) throws Exception;

    protected abstract MailStore open() throws MailStoreException;

    protected abstract int inInbox() throws Exception;

    @Test
    void hands_out_several_messages_byte_for_byte() throws Exception {
        List<String> sent = List.of(deliver("one"), deliver("two ".repeat(2000)), deliver("three"));

        try (MailStore store = open()) {
            assertThat(fetched(store, locators(store), 100_000).values())
                    .extracting(String::stripTrailing)
                    .containsExactlyInAnyOrderElementsOf(
                            sent.stream().map(String::stripTrailing).toList());
        }
    }

    @Test
    void leaves_out_what_is_gone_and_what_is_longer_than_the_limit() throws Exception {
        deliver("one");
        deliver("x".repeat(900) + "\r\n" + "y".repeat(900));
        deliver("three");

        try (MailStore store = open()) {
            List<Locator> all = locators(store);
            Locator any = all.get(0);
            List<Locator> asked = new ArrayList<>(all);
            asked.add(new Locator(any.folder(), any.uidValidity(), "4711"));

            assertThat(fetched(store, asked, 1000)).containsOnlyKeys(all.get(0), all.get(2));
            assertThat(fetched(store, all.subList(1, 2), 5000)).containsOnlyKeys(all.get(1));
        }
    }

    @Test
    void a_consumer_of_several_messages_that_fails_gets_its_own_exception_back() throws Exception {
        deliver("one");

        try (MailStore store = open()) {
            assertThatThrownBy(() -> store.fetchSmall(locators(store), 1000, (locator, raw) -> {
                        throw new IOException("disk full");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk full");
        }
    }

    @Test
    void deletes_exactly_those_named_however_often_it_is_asked() throws Exception {
        deliver("one");
        deliver("two");
        deliver("three");
        deliver("four");

        try (MailStore store = open()) {
            List<Locator> all = locators(store);
            List<Locator> some = List.of(all.get(2), all.get(0));
            store.dispose(some, new Disposition.Delete());
            store.dispose(some, new Disposition.Delete());
        }

        assertThat(inInbox()).isEqualTo(2);
        try (MailStore store = open()) {
            assertThat(String.join("", fetched(store, locators(store), 1000).values()))
                    .contains("two", "four");
        }
    }

    private static List<Locator> locators(MailStore store) throws MailStoreException {
        return store.list(any -> false).stream().map(Found::locator).toList();
    }

    private static Map<Locator, String> fetched(MailStore store, List<Locator> locators, int most) throws Exception {
        Map<Locator, String> fetched = new LinkedHashMap<>();
        store.fetchSmall(
                locators, most, (locator, raw) -> fetched.put(locator, new String(raw, StandardCharsets.US_ASCII)));
        return fetched;
    }
}
