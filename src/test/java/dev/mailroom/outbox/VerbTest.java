package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.journal.MailState;
import dev.mailroom.problem.ConflictProblem;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class VerbTest {

    /** The verb table of the REST contract, by state. */
    private static final Map<MailState, List<String>> ALLOWED = Map.of(
            MailState.QUEUED, List.of("cancel"),
            MailState.SENDING, List.of(),
            MailState.RETRYING, List.of("retry", "cancel"),
            MailState.UNCERTAIN, List.of("retry", "mark-sent", "cancel"),
            MailState.FAILED, List.of("retry", "mark-sent", "cancel"),
            MailState.SENT, List.of("resend"),
            MailState.PARTLY_SENT, List.of("resend"),
            MailState.BOUNCED, List.of("resend"),
            MailState.CANCELLED, List.of("resend"));

    @TestFactory
    Stream<DynamicTest> each_verb_is_allowed_in_its_states_only() {
        return Stream.of(MailState.values())
                .flatMap(state -> Stream.of(Verb.values())
                        .map(verb -> DynamicTest.dynamicTest(
                                verb.word() + " in " + state,
                                () -> assertThat(verb.isAllowedIn(state))
                                        .isEqualTo(ALLOWED.getOrDefault(state, List.of())
                                                .contains(verb.word())))));
    }

    @Test
    void a_refusal_says_why_and_what_is_allowed() {
        assertThatThrownBy(() -> Verb.CANCEL.check(MailState.SENT))
                .isInstanceOfSatisfying(ConflictProblem.class, problem -> {
                    assertThat(problem).hasMessage("A mail in state SENT cannot be cancelled");
                    assertThat(problem.type()).isEqualTo(ConflictProblem.Type.WrongStateException);
                    assertThat(problem.state()).isEqualTo("SENT");
                    assertThat(problem.allowed()).containsExactly("resend");
                });
    }

    @Test
    void a_mail_being_sent_asks_for_patience() {
        assertThatThrownBy(() -> Verb.CANCEL.check(MailState.SENDING))
                .isInstanceOf(ConflictProblem.class)
                .hasMessageContaining("is being sent right now, try again");
    }
}
