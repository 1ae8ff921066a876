package dev.mailroom.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.access.Caller;
import dev.mailroom.database.MailroomSchema;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.problem.SecretsUnavailableProblem;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the registry promises on each database. */
abstract class RegistryDatabaseContract {

    private static final String KEY_A = RegistryNode.KEY;
    private static final String KEY_B = "YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI=";

    private final List<Object> events = new ArrayList<>();
    private DataSource database;
    private JdbcClient jdbc;

    /** An empty database, the same for all calls of one test class. */
    abstract DataSource database();

    @BeforeEach
    void emptyTables() throws Exception {
        database = database();
        new MailroomSchema(database).afterPropertiesSet();
        new MailroomSchema(database).afterPropertiesSet();
        jdbc = JdbcClient.create(database);
        for (String table : List.of("MAILBOX", "CONTRACT", "CONTRACT_DOMAIN", "SECRET", "HEALTH", "SETTING", "AUDIT")) {
            jdbc.sql("delete from MAILROOM_" + table).update();
        }
        events.clear();
    }

    @Test
    void a_mailbox_comes_back_as_it_was_saved_and_in_any_case_of_its_key() {
        RegistryNode node = node(KEY_A);
        node.mailboxes.create(Caller.SYSTEM, RegistryNode.output("Acme-Out", SecretChange.replace("s3cret")));

        OutputMailbox found = node.registry().output("acme-out").orElseThrow();

        assertThat(found.key()).isEqualTo("Acme-Out");
        assertThat(found.systemMailbox()).isTrue();
        assertThat(found.retries()).hasSize(7);
        assertThat(((Credentials.Password) node.registry().credentials(found))
                        .password()
                        .reveal())
                .isEqualTo("s3cret");
        assertThat(node.registry().account(found))
                .hasSize(64)
                .isEqualTo(node.registry().account(found))
                .doesNotContain("s3cret");
        assertThat(events)
                .containsExactly(new MailboxChanged("Acme-Out", MailboxType.OUTPUT, MailboxChanged.Change.CREATED));
        assertThat(jdbc.sql("select OBJECT_ from MAILROOM_AUDIT")
                        .query(String.class)
                        .list())
                .containsExactly("mailbox/Acme-Out");
    }

    @Test
    void nothing_in_the_tables_is_the_secret() {
        node(KEY_A).mailboxes.create(Caller.SYSTEM, RegistryNode.output("out", SecretChange.replace("s3cret")));

        assertThat(jdbc.sql("select SETTINGS_ from MAILROOM_MAILBOX")
                        .query(String.class)
                        .single())
                .doesNotContain("s3cret")
                .doesNotContain("password");
        assertThat(jdbc.sql("select CIPHERTEXT_ from MAILROOM_SECRET")
                        .query(String.class)
                        .single())
                .doesNotContain("s3cret");
    }

    @Test
    void a_ciphertext_that_was_put_into_another_row_does_not_decrypt() {
        RegistryNode node = node(KEY_A);
        node.mailboxes.create(Caller.SYSTEM, RegistryNode.output("one", SecretChange.replace("s3cret-one")));
        node.mailboxes.create(Caller.SYSTEM, RegistryNode.output("two", SecretChange.replace("s3cret-two")));
        String first = jdbc.sql("select CIPHERTEXT_ from MAILROOM_SECRET where MAILBOX_ID_ = 'one'")
                .query(String.class)
                .single();

        jdbc.sql("update MAILROOM_SECRET set CIPHERTEXT_ = ? where MAILBOX_ID_ = 'two'")
                .param(first)
                .update();

        Mailbox two = node.registry().mailbox("two").orElseThrow();
        assertThatExceptionOfType(SecretsUnavailableProblem.class)
                .isThrownBy(() -> node.registry().credentials(two))
                .withMessageNotContaining("s3cret");
        Mailbox ofOtherTenant = MailboxCheck.check(
                        FormText.read(
                                "{\"type\":\"OUTPUT\",\"tenantId\":\"other\",\"user\":\"u\",\"server\":\"127.0.0.1\"}",
                                MailboxForm.class),
                        "one",
                        two.stamp(),
                        new Faults())
                .orElseThrow();
        assertThatExceptionOfType(SecretsUnavailableProblem.class)
                .isThrownBy(() -> node.registry().credentials(ofOtherTenant));
    }

    @Test
    void secrets_move_to_a_new_key_at_the_next_start_and_the_old_one_may_go() {
        RegistryNode before = node(KEY_A);
        byte[] messageIds = MessageIdKey.findOrMake(before.store.settings(), before.store.cipher());
        before.mailboxes.create(Caller.SYSTEM, RegistryNode.output("out", SecretChange.replace("s3cret")));

        RegistryNode both = node(KEY_B + "\n" + KEY_A);
        MessageIdKey.findOrMake(both.store.settings(), both.store.cipher());
        RegistryNode after = node(KEY_B);

        Mailbox out = after.registry().mailbox("out").orElseThrow();
        assertThat(((Credentials.Password) after.registry().credentials(out))
                        .password()
                        .reveal())
                .isEqualTo("s3cret");
        assertThat(MessageIdKey.findOrMake(after.store.settings(), after.store.cipher()))
                .isEqualTo(messageIds);
    }

    @Test
    void without_a_key_secrets_are_neither_stored_nor_read_and_the_rest_works() {
        RegistryNode node = node(null);

        assertThatThrownBy(() -> node.mailboxes.create(
                        Caller.SYSTEM, RegistryNode.output("out", SecretChange.replace("s3cret"))))
                .isInstanceOf(SecretsUnavailableProblem.class)
                .hasMessage("Set mailroom.secrets.key-file first");
        assertThat(node.registry().mailboxes()).isEmpty();
        assertThat(new MessageIdSigner(MessageIdKey.findOrMake(node.store.settings(), null))
                        .sign(new MailId("m1"), "acme.example"))
                .isNotNull();
    }

    @Test
    void all_nodes_sign_message_ids_with_one_key_however_they_start() throws Exception {
        Callable<byte[]> start = () -> {
            RegistryNode node = node(KEY_A);
            return MessageIdKey.findOrMake(node.store.settings(), node.store.cipher());
        };
        ExecutorService nodes = Executors.newFixedThreadPool(8);
        try {
            List<Future<byte[]>> keys = nodes.invokeAll(java.util.Collections.nCopies(8, start));
            byte[] first = keys.get(0).get();
            for (Future<byte[]> key : keys) {
                assertThat(key.get()).isEqualTo(first);
            }
        } finally {
            nodes.shutdownNow();
        }
    }

    @Test
    void eight_at_once_make_one_system_mailbox() throws Exception {
        RegistryNode node = node(KEY_A);
        List<Callable<Object>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String key = "out-" + i;
            all.add(() -> node.mailboxes.create(Caller.SYSTEM, RegistryNode.output(key, SecretChange.replace("s"))));
        }
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            for (Future<Object> created : callers.invokeAll(all)) {
                created.get();
            }
        } finally {
            callers.shutdownNow();
        }

        assertThat(node.registry().mailboxes()).hasSize(8);
        assertThat(node.registry().mailboxes().stream().filter(mailbox -> ((OutputMailbox) mailbox).systemMailbox()))
                .hasSize(1);
    }

    @Test
    void the_database_itself_refuses_a_key_in_another_case_and_a_second_system_mailbox() {
        node(KEY_A).mailboxes.create(Caller.SYSTEM, RegistryNode.output("out", SecretChange.replace("s")));
        String copy = "insert into MAILROOM_MAILBOX select 'second', 'second', TYPE_, DESCRIPTION_, ENABLED_, SYSTEM_,"
                + " SERVER_, ADDRESS_, CONTRACT_, TENANT_ID_, SETTINGS_, ORIGIN_, REVISION_, CREATED_AT_, CHANGED_AT_"
                + " from MAILROOM_MAILBOX";

        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> jdbc.sql(copy).update());
    }

    @Test
    void another_node_sees_a_change_after_two_seconds() {
        RegistryNode one = node(KEY_A);
        RegistryNode other = node(KEY_A);
        assertThat(other.registry().mailboxes()).isEmpty();

        one.mailboxes.create(Caller.SYSTEM, RegistryNode.output("out", SecretChange.replace("s")));
        boolean isSeenAtOnce = other.registry().mailbox("out").isPresent();
        other.clock.advance(Duration.ofSeconds(2));

        assertThat(one.registry().mailbox("out")).isPresent();
        assertThat(isSeenAtOnce).isFalse();
        assertThat(other.registry().mailbox("out")).isPresent();
    }

    @Test
    void health_tells_each_change_of_state_once() {
        RegistryNode node = node(KEY_A);
        var reason = new MailboxHealth.Reason("CONNECT_REFUSED", "Nobody answers");

        node.ledger.succeeded("out", false);
        node.ledger.failing("OUT", reason, node.clock.instant().plusSeconds(60));
        node.ledger.failing("out", reason, node.clock.instant().plusSeconds(120));
        node.ledger.warning("out", new MailboxHealth.Reason("NO_PROCESS", "No process"));
        node.ledger.succeeded("out", true);
        node.ledger.warningGone("out", "NO_PROCESS");

        assertThat(events)
                .filteredOn(MailboxHealthChanged.class::isInstance)
                .extracting(event -> ((MailboxHealthChanged) event).now().state())
                .containsExactly(
                        MailboxHealth.State.OK,
                        MailboxHealth.State.FAILING,
                        MailboxHealth.State.WARNING,
                        MailboxHealth.State.OK);
        MailboxHealth now = node.ledger.find("out").orElseThrow();
        assertThat(now.reason()).isNull();
        assertThat(now.lastError()).isEqualTo(reason);
        assertThat(now.push()).isTrue();
        assertThat(node.ledger.all()).containsExactly(java.util.Map.entry("out", now));
    }

    @Test
    void another_reason_of_a_mailbox_that_fails_is_told_once_and_is_no_change_of_state() {
        RegistryNode node = node(KEY_A);
        var away = new MailboxHealth.Reason("SERVER_UNREACHABLE", "Nobody answers");
        var refused = new MailboxHealth.Reason("LOGIN_REFUSED", "Login refused");

        node.ledger.failing("out", away, node.clock.instant().plusSeconds(60));
        node.ledger.failing("out", away, node.clock.instant().plusSeconds(180));
        node.ledger.failing("out", refused, node.clock.instant().plusSeconds(300));
        node.ledger.failing("out", refused, null);
        node.ledger.nextTry("out", node.clock.instant().plusSeconds(3600));

        assertThat(events).filteredOn(MailboxFailing.class::isInstance).hasSize(1);
        assertThat(events).filteredOn(MailboxHealthChanged.class::isInstance).hasSize(1);
        assertThat(events)
                .filteredOn(MailboxFailsOtherwise.class::isInstance)
                .extracting(event -> ((MailboxFailsOtherwise) event).now().reason())
                .containsExactly(refused);
        MailboxHealth now = node.ledger.find("out").orElseThrow();
        assertThat(now.nextTry())
                .isEqualTo(node.clock.instant().plusSeconds(3600).truncatedTo(ChronoUnit.MILLIS));
        assertThat(now.reason()).isEqualTo(refused);
    }

    @Test
    void the_next_try_is_a_matter_of_mailboxes_that_fail() {
        RegistryNode node = node(KEY_A);
        node.ledger.succeeded("out", false);

        node.ledger.nextTry("out", node.clock.instant().plusSeconds(60));

        assertThat(node.ledger.find("out").orElseThrow().nextTry()).isNull();
    }

    @Test
    void a_success_is_told_however_soon_it_comes_after_the_failure_that_another_node_met() {
        RegistryNode one = node(KEY_A);
        RegistryNode other = node(KEY_A);
        one.ledger.succeeded("out", false);
        other.ledger.failing("out", new MailboxHealth.Reason("SERVER_UNREACHABLE", "Nobody answers"), null);

        one.ledger.succeeded("out", false);

        assertThat(one.ledger.find("out").orElseThrow().state()).isEqualTo(MailboxHealth.State.OK);
    }

    @Test
    void what_lies_unread_on_a_server_stands_until_the_next_look_whatever_fails_meanwhile() {
        RegistryNode node = node(KEY_A);
        Instant oldest = node.clock.instant().minusSeconds(600);

        node.ledger.unread("in", oldest);
        node.ledger.succeeded("in", false);
        node.ledger.failing("IN", new MailboxHealth.Reason("CONNECT_REFUSED", "Nobody answers"), null);
        node.ledger.certificate("in", LocalDate.of(2027, 2, 1));
        assertThat(node.ledger.find("in").orElseThrow().unreadSince()).isEqualTo(oldest.truncatedTo(ChronoUnit.MILLIS));

        node.ledger.unread("in", null);
        assertThat(node.ledger.find("in").orElseThrow().unreadSince()).isNull();
        assertThat(node.ledger.find("in").orElseThrow().state()).isEqualTo(MailboxHealth.State.FAILING);
    }

    @Test
    void of_several_nodes_that_meet_a_failure_one_tells_it() throws Exception {
        var reason = new MailboxHealth.Reason("CONNECT_REFUSED", "Nobody answers");
        List<Object> told = java.util.Collections.synchronizedList(new ArrayList<>());
        List<RegistryNode> nodes =
                List.of(new RegistryNode(database, KEY_A, told), new RegistryNode(database, KEY_A, told));
        nodes.get(0).ledger.succeeded("out", false);

        for (int round = 0; round < 5; round++) {
            nodes.forEach(node -> node.clock.advance(Duration.ofSeconds(60)));
            onAll(nodes, node -> node.ledger.failing("out", reason, null));
            onAll(nodes, node -> node.ledger.succeeded("out", false));
        }

        assertThat(told).filteredOn(MailboxFailing.class::isInstance).hasSize(5);
        assertThat(told).filteredOn(MailboxRecovered.class::isInstance).hasSize(5);
    }

    private static void onAll(List<RegistryNode> nodes, java.util.function.Consumer<RegistryNode> step)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(nodes.size());
        try {
            List<Future<?>> running = new ArrayList<>();
            nodes.forEach(node -> running.add(threads.submit(() -> step.accept(node))));
            for (Future<?> future : running) {
                future.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void people_are_told_each_change_once_by_one_node() {
        RegistryNode one = node(KEY_A);
        RegistryNode other = node(KEY_A);
        var every = java.time.Duration.ofMinutes(15);
        var reason = new MailboxHealth.Reason("CONNECT_REFUSED", "Nobody answers");
        one.ledger.succeeded("Out", false);
        assertThat(one.alerts.untold()).as("new and well: nobody needs to know").isEmpty();

        one.ledger.failing("Out", reason, null);
        assertThat(other.alerts.untold()).containsExactly("out");
        assertThat(other.alerts.take("Out", false, every)).as("it does fail").isFalse();
        assertThat(other.alerts.take("Out", true, every)).isTrue();
        assertThat(one.alerts.take("Out", true, every)).isFalse();
        assertThat(one.alerts.untold()).isEmpty();

        one.clock.advance(Duration.ofSeconds(60));
        one.ledger.succeeded("Out", false);
        assertThat(one.alerts.untold()).containsExactly("out");
        assertThat(one.alerts.take("Out", false, every)).isTrue();
        assertThat(other.alerts.take("Out", false, every)).isFalse();
    }

    @Test
    void a_mailbox_that_comes_and_goes_is_told_once_in_a_while_and_in_the_end_as_it_is() {
        RegistryNode node = node(KEY_A);
        var every = java.time.Duration.ofMinutes(15);
        var reason = new MailboxHealth.Reason("CONNECT_REFUSED", "Nobody answers");
        int told = 0;

        for (int minute = 0; minute < 30; minute++) {
            node.clock.advance(Duration.ofSeconds(30));
            node.ledger.failing("out", reason, null);
            told += node.alerts.take("out", true, every) ? 1 : 0;
            node.clock.advance(Duration.ofSeconds(30));
            node.ledger.succeeded("out", false);
            told += node.alerts.take("out", false, every) ? 1 : 0;
        }
        assertThat(told).as("both kinds twice in half an hour").isEqualTo(4);

        node.ledger.failing("out", reason, null);
        boolean tooSoon = node.alerts.take("out", true, every);
        node.clock.advance(Duration.ofSeconds(900));
        assertThat(tooSoon || node.alerts.take("out", true, every))
                .as("what lasts is told")
                .isTrue();
    }

    @Test
    void the_configuration_locks_the_sending_switch() {
        RegistryNode node = node(KEY_A);
        SendingSwitch free = sending(node);
        SendingSwitch locked = sending(node, false);

        assertThat(free.isEnabled()).isTrue();
        assertThat(locked.isEnabled()).isFalse();
        assertThat(locked.position(Caller.SYSTEM).lockedByConfiguration()).isTrue();
        assertThatThrownBy(() -> locked.set(Caller.SYSTEM, true, null))
                .hasMessage("mailroom.sending.enabled stands in the configuration; change it there");
        assertThat(free.set(Caller.SYSTEM, false, "wrong price list").reason()).isEqualTo("wrong price list");
        assertThat(free.isEnabled()).isFalse();
    }

    @Test
    void what_one_node_switches_the_others_follow_within_two_seconds() {
        RegistryNode here = node(KEY_A);
        RegistryNode there = node(KEY_A);
        SendingSwitch ours = sending(here);
        SendingSwitch theirs = sending(there);
        assertThat(theirs.isEnabled()).isTrue();

        ours.set(Caller.SYSTEM, false, null);
        assertThat(ours.isEnabled()).isFalse();
        there.clock.advance(Duration.ofSeconds(2));
        assertThat(theirs.isEnabled()).isFalse();

        ours.set(Caller.SYSTEM, true, null);
        assertThat(ours.isEnabled()).isTrue();
        there.clock.advance(Duration.ofSeconds(2));
        assertThat(theirs.isEnabled()).isTrue();
    }

    private SendingSwitch sending(RegistryNode node) {
        return sending(node, null);
    }

    /** @param configured what the configuration says, null = nothing */
    private SendingSwitch sending(RegistryNode node, Boolean configured) {
        return new SendingSwitch(
                new RegistryNode.EverythingAllowed(),
                node.store.settings(),
                new AuditLog(jdbc, node.clock),
                node.store.transaction(),
                configured,
                node.clock);
    }

    private RegistryNode node(String keys) {
        return new RegistryNode(database, keys, events);
    }
}
