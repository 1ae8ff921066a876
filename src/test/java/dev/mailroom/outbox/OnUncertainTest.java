package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import dev.mailroom.testing.TestDatabases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The mailbox says what becomes of a mail in doubt, unless the task does. */
class OnUncertainTest {

    private OutboxFixture box;

    @BeforeEach
    void open() {
        box = new OutboxFixture(TestDatabases.h2());
    }

    static Stream<Arguments> combinations() {
        List<@Nullable OnUncertain> task = new ArrayList<>(Arrays.asList(OnUncertain.values()));
        task.add(null);
        return Stream.of(OnUncertain.values())
                .flatMap(mailbox -> task.stream().map(own -> Arguments.of(mailbox, own, own == null ? mailbox : own)));
    }

    @ParameterizedTest(name = "mailbox {0}, task {1}")
    @MethodSource("combinations")
    void the_task_wins_over_the_mailbox(OnUncertain mailbox, @Nullable OnUncertain task, OnUncertain expected) {
        box.registry.put(OutputForm.of(BOX).onUncertain(mailbox).mailbox());
        SendOptions options = new SendOptions(null, task, OnFailure.INCIDENT, List.of());
        MailId id = box.send(BOX, box.queue.add(BOX), options);
        box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));

        box.turn();
        box.later(Duration.ofMinutes(1));

        switch (expected) {
            case ASK -> {
                assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
                assertThat(box.task(id).incident()).startsWith("Probably sent");
                assertThat(box.transport.submissions).hasSize(1);
            }
            case RESEND -> {
                assertThat(box.state(id)).isEqualTo(MailState.SENT);
                assertThat(box.transport.bytes).hasSize(2);
                assertThat(box.transport.bytes.get(1))
                        .as("same Message-ID, same bytes")
                        .isEqualTo(box.transport.bytes.get(0))
                        .contains(String.valueOf(box.mail(id).heading().messageId()));
            }
            case ASSUME_SENT -> {
                assertThat(box.state(id)).isEqualTo(MailState.SENT);
                assertThat(Objects.requireNonNull(box.task(id).result()).status())
                        .isEqualTo("SENT");
                assertThat(box.transport.submissions).hasSize(1);
            }
        }
    }

    @Test
    void sending_again_ends_with_the_retries_and_then_asks() {
        List<Duration> twice = List.of(Duration.ofMinutes(1), Duration.ofMinutes(1));
        SendOptions options = new SendOptions(twice, OnUncertain.RESEND, OnFailure.CONTINUE, List.of());
        MailId id = box.send(BOX, box.queue.add(BOX), options);
        for (int i = 0; i < 9; i++) {
            box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
        }

        box.turn();
        for (int i = 0; i < 9; i++) {
            box.later(Duration.ofMinutes(10));
        }

        assertThat(box.transport.submissions)
                .as("the first time and two retries")
                .hasSize(3);
        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.task(id).incident()).startsWith("Probably sent");
    }

    @Test
    void sending_again_ends_with_the_age_of_the_mail_and_then_asks() {
        box.registry.put(OutputForm.of(BOX)
                .onUncertain(OnUncertain.RESEND)
                .giveUpAfter(Duration.ofMinutes(10))
                .mailbox());
        MailId id = box.send();
        for (int i = 0; i < 9; i++) {
            box.transport.then(BOX, ScriptedTransport.uncertain(box.clock));
        }

        box.turn();
        for (int i = 0; i < 9; i++) {
            box.later(Duration.ofMinutes(5));
        }

        assertThat(box.state(id)).isEqualTo(MailState.UNCERTAIN);
        assertThat(box.transport.submissions).hasSizeBetween(2, 4);
    }
}
