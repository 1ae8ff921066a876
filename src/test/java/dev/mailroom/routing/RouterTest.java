package dev.mailroom.routing;

import static dev.mailroom.testing.Letters.letter;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.IncomingMessage.DeliveryReport;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.routing.ProcessGateway.Instance;
import dev.mailroom.testing.FakeRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The order of design 8: the first rule that fits wins. */
class RouterTest {

    private final MessageIdSigner signer = new MessageIdSigner(new byte[32]);
    private final FakeRegistry registry = new FakeRegistry();
    private final Mails mails = new Mails();
    private final Classifier classifier = new Classifier(signer, registry);
    private final Router router = new Router(signer, mails, registry);
    private final InputMailbox mailbox = registry.input("acme-support", "support@acme.example", "acme");

    @Test
    void a_new_mail_starts_the_process_of_the_mailbox() {
        assertThat(route(letter().read())).isInstanceOfSatisfying(Decision.Begin.class, begin -> {
            assertThat(begin.rule()).isEqualTo("mailbox");
            assertThat(begin.related()).isNull();
        });
    }

    @Test
    void a_reply_to_a_signed_message_id_belongs_to_its_instance() {
        MessageId question = sent("q1", "i1", "acme");

        Decision decision = route(letter().inReplyTo(question).read());

        assertThat(decision).isInstanceOfSatisfying(Decision.Join.class, join -> {
            assertThat(join.related().instance().id()).isEqualTo("i1");
            assertThat(join.wakes()).isTrue();
        });
    }

    @Test
    void an_answer_proves_that_the_answered_mail_was_sent_and_not_the_ones_before_it() {
        MessageId older = sent("q1", "i1", "acme");
        MessageId newer = sent("q2", "i2", "acme");
        MessageId foreign = new MessageId("<x@y.example>");

        assertThat(router.provenSent(
                        letter().inReplyTo(newer).references(older, newer).read()))
                .contains(new MailId("q2"));
        assertThat(router.provenSent(letter().references(older, newer).read())).contains(new MailId("q2"));
        assertThat(router.provenSent(
                        letter().inReplyTo(foreign).references(older, newer).read()))
                .as("older and newer were only brought along")
                .isEmpty();
        assertThat(router.provenSent(letter().references(newer, foreign).read()))
                .isEmpty();
        assertThat(router.provenSent(letter().read())).isEmpty();
        assertThat(router.provenSent(letter().messageId(newer.value()).read()))
                .as("it came back itself")
                .contains(new MailId("q2"));
    }

    @Test
    void references_are_read_from_right_to_left() {
        MessageId older = sent("q1", "i1", "acme");
        MessageId newer = sent("q2", "i2", "acme");

        Decision decision = route(letter().references(older, newer, new MessageId("<x@y.example>"))
                .read());

        assertThat(((Decision.Join) decision).related().instance().id()).isEqualTo("i2");
    }

    @Test
    void only_so_many_references_are_looked_at() {
        MessageId question = sent("q1", "i1", "acme");
        var letter = letter().references(question);
        for (int i = 0; i < 32; i++) {
            letter.references(new MessageId("<" + i + "@y.example>"));
        }

        assertThat(route(letter.read())).isInstanceOf(Decision.Begin.class);
    }

    @Test
    void a_forged_message_id_starts_a_case_of_its_own() {
        sent("q1", "i1", "acme");

        Decision decision = route(letter().inReplyTo(new MessageId("<mr.q1.00000000000000000000@acme.example>"))
                .read());

        assertThat(decision).isInstanceOf(Decision.Begin.class);
    }

    @Test
    void a_reply_to_all_before_the_first_answer_finds_the_case_by_the_mail_that_opened_it() {
        mails.incoming.put("<1@customer.example>", known("in1", "i1", "acme"));

        Decision decision = route(letter().messageId("<2@x.example>")
                .inReplyTo(new MessageId("<1@customer.example>"))
                .read());

        assertThat(((Decision.Join) decision).related().instance().id()).isEqualTo("i1");
    }

    @Test
    void a_reply_does_not_cross_into_another_contract() {
        MessageId question = sent("q1", "i1", "beta");

        assertThat(route(letter().inReplyTo(question).read())).isInstanceOf(Decision.Begin.class);
    }

    @Test
    void an_automatic_reply_is_attached_and_wakes_nothing() {
        MessageId question = sent("q1", "i1", "acme");

        Decision decision =
                route(letter().subject("Out of office").inReplyTo(question).read());

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Join.class, join -> assertThat(join.wakes()).isFalse());
    }

    @Test
    void an_automatic_reply_to_nothing_is_ignored() {
        assertThat(route(letter().subject("Out of office").read())).isInstanceOf(Decision.Ignore.class);
    }

    @Test
    void a_bounce_is_tied_to_the_mail_it_names() {
        MessageId question = sent("q1", "i1", "acme");

        Decision decision = route(letter().from("mailer-daemon@mx.example")
                .report(new DeliveryReport(question, List.of()))
                .read());

        assertThat(((Decision.Notice) decision).about().id()).isEqualTo(new MailId("q1"));
    }

    @Test
    void a_bounce_may_name_the_mail_only_in_its_text() {
        MessageId question = sent("q1", "i1", "acme");

        Decision decision = route(letter().from("mailer-daemon@mx.example")
                .text("Your message\nMessage-ID: " + question + "\ncould not be delivered")
                .read());

        assertThat(((Decision.Notice) decision).about().id()).isEqualTo(new MailId("q1"));
    }

    @Test
    void a_bounce_of_a_mail_that_was_never_sent_starts_nothing() {
        Decision decision = route(letter().from("mailer-daemon@mx.example")
                .report(new DeliveryReport(new MessageId("<no@where.example>"), List.of()))
                .read());

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Notice.class,
                        notice -> assertThat(notice.about()).isNull());
    }

    @Test
    void own_mail_is_ignored_even_as_a_reply() {
        MessageId question = sent("q1", "i1", "acme");

        Decision decision =
                route(letter().from("support@acme.example").inReplyTo(question).read());

        assertThat(decision.rule()).isEqualTo("own mail");
    }

    @Test
    void a_blocked_sender_is_ignored_even_as_a_reply() {
        MessageId question = sent("q1", "i1", "acme");
        InputMailbox blocking = with(InputMailbox.Senders.ANYONE, List.of(), List.of("@customer.example"));

        Decision decision =
                router.decide(blocking, letter().inReplyTo(question).read(), classifier.classify(letter().read()));

        assertThat(decision.rule()).isEqualTo("blocked sender");
    }

    @Test
    void where_only_some_may_write_the_others_are_ignored() {
        InputMailbox allowing =
                with(InputMailbox.Senders.ALLOWED, List.of("customer.example", "bob@other.example"), List.of());

        assertThat(decide(allowing, "ana@customer.example")).isInstanceOf(Decision.Begin.class);
        assertThat(decide(allowing, "Bob@Other.example")).isInstanceOf(Decision.Begin.class);
        assertThat(decide(allowing, "eve@other.example").rule()).isEqualTo("sender not allowed");
        assertThat(decide(allowing, "eve@sub.customer.example").rule()).isEqualTo("sender not allowed");
        assertThat(decide(allowing, null).rule()).isEqualTo("sender not allowed");
    }

    @Test
    void the_contract_is_the_mailboxs_else_the_answered_mails_else_none() {
        InputMailbox shared = registry.input("shared", "all@acme.example", null);
        IncomingMessage message = letter().read();

        assertThat(router.contractOf(mailbox, message.from(), known("q1", "i1", "beta")))
                .isEqualTo("acme");
        assertThat(router.contractOf(shared, message.from(), known("q1", "i1", "beta")))
                .isEqualTo("beta");
        assertThat(router.contractOf(shared, message.from(), null)).isNull();
    }

    private Decision route(IncomingMessage message) {
        return router.decide(mailbox, message, classifier.classify(message));
    }

    private Decision decide(InputMailbox box, String sender) {
        IncomingMessage message = letter().from(sender).read();
        return router.decide(box, message, classifier.classify(message));
    }

    private MessageId sent(String id, String instance, String contract) {
        mails.outgoing.put(new MailId(id), known(id, instance, contract));
        return signer.sign(new MailId(id), "acme.example");
    }

    private static KnownMail known(String id, String instance, String contract) {
        return new KnownMail(new MailId(id), new Instance(instance, "request", "C-1"), contract, null, "talk");
    }

    private InputMailbox with(InputMailbox.Senders senders, List<String> allowed, List<String> blocked) {
        return dev.mailroom.testing.Mailboxes.of(mailbox)
                .senders(senders, allowed, blocked)
                .build();
    }

    private static final class Mails implements KnownMails {
        private final Map<MailId, KnownMail> outgoing = new HashMap<>();
        private final Map<String, KnownMail> incoming = new HashMap<>();

        @Override
        public Optional<KnownMail> outgoing(MailId id) {
            return Optional.ofNullable(outgoing.get(id));
        }

        @Override
        public Optional<KnownMail> incoming(MessageId id) {
            return Optional.ofNullable(incoming.get(id.value()));
        }
    }
}
