package dev.mailroom.inbox;

import static dev.mailroom.inbox.InboxFixture.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailroom.access.Caller;
import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.problem.ConflictProblem;
import dev.mailroom.problem.ForbiddenProblem;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.problem.ValidationProblem;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The verbs of rest.md on incoming mail. */
class InboxVerbsTest {

    private static final Caller MARY = Caller.user("mary", Set.of());

    private final InboxFixture f = new InboxFixture();

    @Test
    void a_mail_in_quarantine_can_be_started_by_hand_with_its_bytes_as_attachment() throws Exception {
        MailId id = quarantined();

        JournalEntry started = f.inbox.start(id, "request", null, "K-7", MARY, "looks harmless");

        assertThat(started.state()).isEqualTo(MailState.STARTED);
        assertThat(started.judgement().rule()).isEqualTo("by hand: mary");
        assertThat(started.origin().businessKey()).isEqualTo("K-7");
        assertThat(started.stored().attachments()).isEqualTo(1);
        assertThat(f.gateway.instances()).isEqualTo(1);
        assertThat(f.journal.events(id))
                .extracting(EventEntry::who, EventEntry::what, EventEntry::comment)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("mary", "start", "looks harmless"));
    }

    @Test
    void a_process_that_is_not_deployed_is_named_as_the_wrong_field() throws Exception {
        MailId id = quarantined();

        assertThatExceptionOfType(ValidationProblem.class)
                .isThrownBy(() -> f.inbox.start(id, "nothing", null, null, MARY, null))
                .satisfies(problem -> assertThat(problem.fields()).containsKey("processDefinitionKey"));
        assertThat(f.only().state()).isEqualTo(MailState.QUARANTINED);
    }

    @Test
    void an_unknown_contract_is_named_as_the_wrong_field() throws Exception {
        MailId id = quarantined();

        assertThatExceptionOfType(ValidationProblem.class)
                .isThrownBy(() -> f.inbox.start(id, "request", "nobody", null, MARY, null))
                .satisfies(problem -> assertThat(problem.fields()).containsKey("contract"));
    }

    @Test
    void reprocessing_decides_again_under_todays_rules() throws Exception {
        f.server.add(mail("OOO:until-monday"));
        f.turn();
        assertThat(f.only().state()).isEqualTo(MailState.IGNORED);

        f.inbox.reprocess(f.only().id(), MARY, null);

        assertThat(f.only().state()).isEqualTo(MailState.RECEIVED);
        assertThat(f.wanted).containsExactly(f.only().id());
    }

    @Test
    void a_mail_is_assigned_to_an_instance_that_waits_or_merely_runs() throws Exception {
        f.server.add(mail("one"));
        f.turn();
        String instance = f.only().origin().processInstanceId();
        MailId id = quarantined();

        JournalEntry assigned = f.inbox.assign(id, instance, MARY, null);

        assertThat(assigned.state()).isEqualTo(MailState.ATTACHED);
        assertThat(assigned.origin().processInstanceId()).isEqualTo(instance);
    }

    @Test
    void an_instance_that_does_not_run_is_named_as_the_wrong_field() throws Exception {
        MailId id = quarantined();

        assertThatExceptionOfType(ValidationProblem.class)
                .isThrownBy(() -> f.inbox.assign(id, "gone", MARY, null))
                .satisfies(problem -> assertThat(problem.fields()).containsKey("processInstanceId"));
    }

    @Test
    void a_discarded_mail_keeps_its_bytes() throws Exception {
        MailId id = quarantined();

        JournalEntry discarded = f.inbox.discard(id, MARY, null);

        assertThat(discarded.state()).isEqualTo(MailState.DISCARDED);
        assertThat(f.content.open(discarded.stored().contentId())).isPresent();
    }

    @Test
    void what_the_state_forbids_is_refused_with_what_it_allows() throws Exception {
        f.server.add(mail("one"));
        f.turn();

        assertThatExceptionOfType(ConflictProblem.class)
                .isThrownBy(() -> f.inbox.discard(f.only().id(), MARY, null))
                .satisfies(problem -> assertThat(problem.allowed()).containsExactly("assign"));
        assertThat(f.inbox.verbs(f.only())).containsExactly("assign");
    }

    @Test
    void without_the_right_nothing_happens() throws Exception {
        MailId id = quarantined();
        f.forbidden = true;

        assertThatExceptionOfType(ForbiddenProblem.class).isThrownBy(() -> f.inbox.discard(id, MARY, null));
        assertThat(f.only().state()).isEqualTo(MailState.QUARANTINED);
    }

    @Test
    void an_unknown_mail_is_not_found() {
        assertThatExceptionOfType(NotFoundProblem.class)
                .isThrownBy(() -> f.inbox.discard(new MailId("no"), MARY, null));
    }

    private MailId quarantined() throws Exception {
        f.server.add(mail("bomb"));
        f.turn();
        return f.mails(MailState.QUARANTINED).get(0).id();
    }
}
