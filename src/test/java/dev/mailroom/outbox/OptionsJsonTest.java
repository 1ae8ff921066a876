package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsJsonTest {

    @Test
    void options_are_read_as_they_were_written() {
        SendOptions all = new SendOptions(
                List.of(Duration.ofMinutes(1), Duration.ofHours(2)),
                OnUncertain.RESEND,
                OnFailure.ERROR,
                List.of("Group \"x\" has no member with an address"));

        assertThat(OptionsJson.read(OptionsJson.write(all))).isEqualTo(all);
        assertThat(OptionsJson.read(OptionsJson.write(SendOptions.DEFAULT))).isEqualTo(SendOptions.DEFAULT);
    }

    @Test
    void no_retries_are_not_the_retries_of_the_mailbox() {
        SendOptions none = new SendOptions(List.of(), null, OnFailure.CONTINUE, List.of());

        assertThat(OptionsJson.read(OptionsJson.write(none)).retries()).isEmpty();
    }

    @Test
    void nothing_written_is_the_default_and_rubbish_is_refused() {
        assertThat(OptionsJson.read(null)).isEqualTo(SendOptions.DEFAULT);
        assertThat(OptionsJson.read("{}")).isEqualTo(SendOptions.DEFAULT);
        assertThatThrownBy(() -> OptionsJson.read("{")).isInstanceOf(IllegalStateException.class);
    }
}
