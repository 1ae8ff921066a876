package dev.mailroom.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import dev.mailroom.testing.ErrorsFile;
import dev.mailroom.testing.FakeRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessageComposerTest {

    private static final MailId ID = new MailId("11111111-2222-3333-4444-555555555555");
    private static final MessageIdSigner SIGNER = new MessageIdSigner(new byte[32]);

    private final FakeRegistry registry = new FakeRegistry();
    private final FakeCaseFile caseFile = new FakeCaseFile();
    private final Orders order = new Orders();
    private final MessageComposer composer = new MessageComposer(
            registry,
            new People(),
            SIGNER,
            SendingLimitsProperties.defaults(),
            Clock.fixed(Instant.parse("2026-11-22T09:00:00.5Z"), ZoneOffset.UTC));

    /** ben has no address; the group sales has ana and ben; nobody is in the group empty. */
    private static final class People implements AddressBook {
        private static final Map<String, Entry> USERS = Map.of(
                "ana",
                new Entry("ana", "Ana", Optional.of(MailAddress.parse("Ana <ana@customer.example>"))),
                "carl",
                new Entry("carl", "Carl", Optional.of(MailAddress.of("carl@acme.example"))),
                "ben",
                new Entry("ben", "Ben", Optional.empty()));

        @Override
        public Optional<Entry> user(String userId) {
            return Optional.ofNullable(USERS.get(userId));
        }

        @Override
        public Optional<List<Entry>> members(String groupId) {
            return switch (groupId) {
                case "sales" -> Optional.of(List.of(USERS.get("ana"), USERS.get("ben")));
                case "empty" -> Optional.of(List.of());
                default -> Optional.empty();
            };
        }
    }

    @BeforeEach
    void register() {
        registry.output("system-out", "Platform <platform@mailroom.example>", true, null);
        registry.output("acme-outgoing", "Acme Support <support@acme.example>", false, null);
        registry.input("acme-support", "support@acme.example", "acme");
        registry.contract("acme", "acme-outgoing", "Ana <ana@customer.example>", "it@customer.example");
        registry.contract("poor", null);
        order.conversation = true;
    }

    private ComposedMail compose() throws CompositionException {
        return composer.compose(ID, order.order(), caseFile);
    }

    private CompositionException fault() {
        return catchThrowableOfType(CompositionException.class, this::compose);
    }

    private static List<String> addresses(ComposedMail mail, Kind kind) {
        return mail.message().addresses(kind).stream().map(MailAddress::address).toList();
    }

    // Which outbox

    @Test
    void system_mailbox_is_used_when_nothing_is_chosen() throws Exception {
        assertThat(compose().mailbox().key()).isEqualTo("system-out");
    }

    @Test
    void contract_means_the_outbox_of_the_contract() throws Exception {
        order.choice = OutboxChoice.CONTRACT;
        order.contract = "ACME";

        ComposedMail mail = compose();

        assertThat(mail.mailbox().key()).isEqualTo("acme-outgoing");
        assertThat(mail.contract()).isEqualTo("acme");
        assertThat(mail.message().from()).hasToString("\"Acme Support\" <support@acme.example>");
    }

    @Test
    void contract_without_outbox_falls_back_to_the_system_mailbox_and_says_so() throws Exception {
        order.choice = OutboxChoice.CONTRACT;
        order.contract = "poor";

        ComposedMail mail = compose();

        assertThat(mail.mailbox().key()).isEqualTo("system-out");
        assertThat(mail.outboxChoice()).isEqualTo(OutboxChoice.CONTRACT);
        assertThat(mail.notes()).singleElement().asString().contains("'poor' has no outbox");
    }

    @Test
    void contract_of_the_instance_is_noted_whatever_mailbox_sends() throws Exception {
        order.contract = "acme";

        assertThat(compose().contract()).isEqualTo("acme");
    }

    @Test
    void contract_is_asked_for_but_there_is_none() {
        order.choice = OutboxChoice.CONTRACT;

        assertThat(fault().code()).isEqualTo("NO_CONTRACT");
    }

    @Test
    void unknown_contract_is_named() {
        order.choice = OutboxChoice.CONTRACT;
        order.contract = "nobody";

        assertThat(fault()).hasMessage("There is no contract with the key 'nobody'");
        assertThat(fault().code()).isEqualTo("UNKNOWN_CONTRACT");
    }

    @Test
    void unknown_specific_mailbox_is_named() {
        order.choice = OutboxChoice.SPECIFIC;
        order.mailbox = "gone";

        assertThat(fault().code()).isEqualTo("UNKNOWN_MAILBOX");
        assertThat(fault()).hasMessageContaining("'gone'");
    }

    @Test
    void specific_mailbox_whose_expression_gave_nothing() {
        order.choice = OutboxChoice.SPECIFIC;

        assertThat(fault().code()).isEqualTo("UNKNOWN_MAILBOX");
    }

    @Test
    void outbox_of_a_contract_that_was_deleted_names_the_contract() {
        registry.contract("orphan", "gone");
        order.choice = OutboxChoice.CONTRACT;
        order.contract = "orphan";

        assertThat(fault()).hasMessageContaining("'orphan'").hasMessageContaining("'gone'");
    }

    @Test
    void input_mailbox_cannot_send() {
        order.choice = OutboxChoice.SPECIFIC;
        order.mailbox = "acme-support";

        assertThat(fault().code()).isEqualTo("NOT_AN_OUTBOX");
        assertThat(fault()).hasMessageContaining("is an Input mailbox; an Output mailbox is needed");
    }

    @Test
    void no_system_mailbox_is_registered() {
        registry.forget("system-out");

        assertThat(fault().code()).isEqualTo("NO_SYSTEM_MAILBOX");
        assertThat(ErrorsFile.section("A wrong value at run time"))
                .extracting(ErrorsFile.Row::sentence)
                .contains(fault().getMessage());
    }

    // Recipients

    @Test
    void every_kind_of_recipient_is_found_and_doubles_go() throws Exception {
        order.users = List.of("carl");
        order.groups = List.of("sales");
        order.to = List.of("ANA@customer.example", "requester", "initiator", "assignee:approve", "user:carl");
        order.cc = List.of("group:sales", "Boss <boss@acme.example>");
        order.bcc = List.of("contacts");
        order.contract = "acme";
        caseFile.requester = MailAddress.of("req@customer.example");
        caseFile.initiator = "carl";
        caseFile.assignees.put("approve", "ana");

        ComposedMail mail = compose();

        assertThat(addresses(mail, Kind.TO))
                .containsExactly("carl@acme.example", "ana@customer.example", "req@customer.example");
        assertThat(addresses(mail, Kind.CC)).containsExactly("boss@acme.example");
        assertThat(addresses(mail, Kind.BCC)).containsExactly("it@customer.example");
    }

    @Test
    void group_member_without_address_is_skipped_and_noted() throws Exception {
        order.to = List.of("group:sales");

        assertThat(compose().notes())
                .singleElement()
                .asString()
                .contains("'ben'")
                .contains("skipped");
    }

    @Test
    void user_without_address_is_named() {
        order.users = List.of("ben");

        assertThat(fault().code()).isEqualTo("USER_WITHOUT_ADDRESS");
        assertThat(fault()).hasMessageContaining("'ben'");
    }

    @Test
    void unknown_user_is_named() {
        order.to = List.of("user:zoe");

        assertThat(fault().code()).isEqualTo("UNKNOWN_USER");
    }

    @Test
    void unknown_group_is_named() {
        order.groups = List.of("nobodies");

        assertThat(fault().code()).isEqualTo("UNKNOWN_GROUP");
    }

    @Test
    void group_without_members_leaves_no_recipient() {
        order.to = List.of("group:empty");

        assertThat(fault().code()).isEqualTo("NO_RECIPIENT");
    }

    @Test
    void bad_address_is_named() {
        order.to = List.of("not an address");

        assertThat(fault().code()).isEqualTo("BAD_ADDRESS");
    }

    @Test
    void roles_that_nobody_plays_are_named() {
        for (String role : List.of("requester", "initiator", "assignee:approve")) {
            order.to = List.of(role);

            assertThat(fault()).as(role).hasMessageContaining("'" + role + "'").hasMessageContaining("names nobody");
        }
    }

    @Test
    void contacts_need_a_contract_that_has_some() {
        order.to = List.of("contacts");
        assertThat(fault().code()).isEqualTo("NO_CONTRACT");

        order.contract = "poor";
        assertThat(fault().code()).isEqualTo("NO_RECIPIENT");
    }

    @Test
    void line_break_in_an_address_is_refused() {
        order.to = List.of("ana@customer.example\r\nBcc: eve@evil.example");

        assertThat(fault().code()).isEqualTo("BAD_ADDRESS");
    }

    // Letter

    @Test
    void message_id_is_signed_and_knows_its_mail() throws Exception {
        MessageId messageId = compose().message().messageId();

        assertThat(messageId.value()).endsWith("@mailroom.example>");
        assertThat(SIGNER.verify(messageId)).contains(ID);
    }

    @Test
    void html_has_a_text_alternative() throws Exception {
        order.html = true;
        order.body = List.of(
                new Piece.Literal("<p>Dear "), new Piece.Inserted("<b>Ana</b>"), new Piece.Literal("</p><p>Bye</p>"));

        ComposedMail mail = compose();

        assertThat(mail.message().html()).isEqualTo("<p>Dear &lt;b&gt;Ana&lt;/b&gt;</p><p>Bye</p>");
        assertThat(mail.message().text()).isEqualTo("Dear <b>Ana</b>\n\nBye");
    }

    @Test
    void own_plain_text_is_used_beside_html() throws Exception {
        order.html = true;
        order.bodyText = "In plain words";

        assertThat(compose().message().text()).isEqualTo("In plain words");
    }

    @Test
    void text_body_stays_as_it_is() throws Exception {
        order.body = List.of(new Piece.Literal("a < b & "), new Piece.Inserted("<c>"));

        assertThat(compose().message().text()).isEqualTo("a < b & <c>");
        assertThat(compose().message().html()).isNull();
    }

    @Test
    void senders_name_changes_the_name_only() throws Exception {
        order.senderName = "Jane of Acme";

        assertThat(compose().message().from()).hasToString("\"Jane of Acme\" <platform@mailroom.example>");
    }

    @Test
    void line_breaks_in_headers_are_refused_by_name() {
        order.subject = "Hello\r\nBcc: eve@evil.example";
        assertThat(fault()).hasMessage("The subject must not contain line breaks or other control characters");

        order.subject = "Hello";
        order.senderName = "Jane\nX: y";
        assertThat(fault()).hasMessageContaining("sender's name");

        order.senderName = null;
        order.headers = Map.of("X-Case", "1\r\nBcc: eve@evil.example");
        assertThat(fault()).hasMessageContaining("X-Case");
    }

    @Test
    void headers_of_mailroom_cannot_be_set() {
        order.headers = Map.of("Reply-To", "eve@evil.example");

        assertThat(fault().code()).isEqualTo("BAD_HEADER");
    }

    @Test
    void subject_is_needed_and_has_a_limit() {
        order.subject = " ";
        assertThat(fault().code()).isEqualTo("NO_SUBJECT");

        order.subject = "x".repeat(999);
        assertThat(fault().code()).isEqualTo("SUBJECT_TOO_LONG");
    }

    @Test
    void domains_are_one_however_they_are_written() throws Exception {
        registry.output("munich", "Büro <büro@münchen.example>", false, null);
        order.choice = OutboxChoice.SPECIFIC;
        order.mailbox = "munich";
        order.to = List.of("ana@münchen.example", "Ana <ana@xn--mnchen-3ya.example>", "ANA@MÜNCHEN.example");

        ComposedMail mail = compose();

        assertThat(mail.message().recipients()).hasSize(1);
        assertThat(mail.message().messageId().value()).endsWith("@xn--mnchen-3ya.example>");
    }

    @Test
    void more_recipients_than_the_limit_are_an_error_in_words() throws Exception {
        order.to = addresses("to", 400);
        order.cc = addresses("cc", 300);
        order.bcc = addresses("bcc", 300);
        assertThat(compose().message().recipients()).hasSize(1000);

        order.bcc = addresses("bcc", 301);
        assertThat(fault().code()).isEqualTo("TOO_MANY_RECIPIENTS");
        assertThat(fault()).hasMessage(sentence("too many recipients"));
    }

    private static List<String> addresses(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> prefix + i + "@customer.example")
                .toList();
    }

    private static String sentence(String input) {
        return ErrorsFile.section("A wrong value at run time").stream()
                .filter(row -> row.input().equals(input))
                .findFirst()
                .orElseThrow()
                .sentence();
    }

    // Attachments

    @Test
    void attachments_beyond_the_limit_are_an_error_in_words_whether_their_size_is_known_or_not() throws Exception {
        long most = 25 * 1024 * 1024;
        caseFile.files.put("known", List.of(sized("a", most - 10)));
        caseFile.files.put(
                "unknown", List.of(new Attachment("b", "a/b", -1, false, null, ByteSource.of(new byte[10]))));
        caseFile.files.put("more", List.of(new Attachment("c", "a/b", -1, false, null, ByteSource.of(new byte[1]))));

        order.attachments = List.of("known", "unknown");
        assertThat(compose().message().attachments()).hasSize(2);

        order.attachments = List.of("known", "unknown", "more");
        assertThat(fault().code()).isEqualTo("ATTACHMENTS_TOO_BIG");
        assertThat(fault()).hasMessage(sentence("attachments too big"));
    }

    private static Attachment sized(String name, long size) {
        return new Attachment(name, "application/pdf", size, false, null, ByteSource.of(new byte[1]));
    }

    @Test
    void a_name_that_stands_there_twice_is_one_file_and_two_files_of_one_name_are_two() throws Exception {
        caseFile.files.put("offer", List.of(file("offer.pdf")));
        caseFile.files.put("other", List.of(file("offer.pdf")));
        order.attachments = List.of("offer", "other", "offer");

        assertThat(compose().message().attachments())
                .extracting(Attachment::name)
                .containsExactly("offer.pdf", "offer.pdf");
    }

    @Test
    void an_attachment_of_the_opening_mail_leaves_a_content_id_behind_that_no_header_can_carry() throws Exception {
        caseFile.openingAttachments = List.of(
                new Attachment("a.png", "image/png", 1, true, "ä b", ByteSource.of(new byte[1])),
                new Attachment("b.png", "image/png", 1, true, "b", ByteSource.of(new byte[1])));
        order.attachments = List.of("mail");

        assertThat(compose().message().attachments())
                .extracting(Attachment::contentId)
                .containsExactly(null, "b");
    }

    @Test
    void files_come_from_variables_and_from_the_opening_mail() throws Exception {
        caseFile.files.put("offer", List.of(file("offer.pdf")));
        caseFile.openingAttachments = List.of(file("a.txt"), file("b.txt"));
        order.attachments = List.of("offer", "mail:b.txt");
        assertThat(compose().message().attachments())
                .extracting(Attachment::name)
                .containsExactly("offer.pdf", "b.txt");

        order.attachments = List.of("mail");
        assertThat(compose().message().attachments())
                .extracting(Attachment::name)
                .containsExactly("a.txt", "b.txt");
    }

    @Test
    void missing_attachments_are_named() {
        order.attachments = List.of("offer");
        assertThat(fault().code()).isEqualTo("MISSING_ATTACHMENT");
        assertThat(fault()).hasMessageContaining("'offer'");

        order.attachments = List.of("mail");
        assertThat(fault()).hasMessageContaining("no mail opened");

        caseFile.openingAttachments = List.of();
        order.attachments = List.of("mail:x.pdf");
        assertThat(fault()).hasMessage(sentence("attachment that the mail does not have"));
    }

    private static Attachment file(String name) {
        return new Attachment(name, "text/plain", 1, false, null, ByteSource.of(new byte[] {1}));
    }

    // Answers and conversation

    @Test
    void reply_to_is_the_first_of_the_four_that_exists() throws Exception {
        order.contract = "acme";
        assertThat(replyTo()).containsExactly("support@acme.example");

        registry.input("beta-in", "help@beta.example", null);
        caseFile.openedThrough = "beta-in";
        assertThat(replyTo()).containsExactly("help@beta.example");

        registry.output("system-out", "platform@mailroom.example", true, "answers@mailroom.example");
        assertThat(replyTo()).containsExactly("answers@mailroom.example");

        order.replyTo = List.of("jane@acme.example");
        assertThat(replyTo()).containsExactly("jane@acme.example");
    }

    private List<String> replyTo() throws CompositionException {
        return compose().message().replyTo().stream().map(MailAddress::address).toList();
    }

    @Test
    void bad_reply_to_is_named() {
        order.replyTo = List.of("nowhere");

        assertThat(fault().code()).isEqualTo("BAD_ADDRESS");
        assertThat(fault()).hasMessageContaining("Reply to (emailReplyTo): 'nowhere'");

        order.replyTo = List.of("ana@acme.example\r\nBcc: eve@evil.example");
        assertThat(fault())
                .hasMessage("Reply to (emailReplyTo): 'ana@acme.example Bcc: eve@evil.example' is not an"
                        + " e-mail address");
    }

    @Test
    void mail_answers_in_the_conversation_unless_told_not_to() throws Exception {
        MessageId first = new MessageId("<1@customer.example>");
        MessageId last = new MessageId("<2@customer.example>");
        caseFile.conversation = new OpeningMail.Thread(MailId.next(), last, List.of(first, last), "conversation-1");

        ComposedMail answer = compose();

        assertThat(answer.message().inReplyTo()).isEqualTo(last);
        assertThat(answer.message().references()).containsExactly(first, last);
        assertThat(answer.conversation()).isEqualTo("conversation-1");

        order.conversation = false;
        assertThat(compose().message().inReplyTo()).isNull();
        assertThat(compose().message().references()).isEmpty();
    }
}
