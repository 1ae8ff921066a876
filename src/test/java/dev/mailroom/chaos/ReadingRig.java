package dev.mailroom.chaos;

import dev.mailroom.access.Caller;
import dev.mailroom.chaos.MailDrop.Put;
import dev.mailroom.chaos.ReadingEvidence.Place;
import dev.mailroom.chaos.ReadingJudge.Verdict;
import dev.mailroom.inbox.Inbox;
import dev.mailroom.message.MailId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.camunda.bpm.model.bpmn.Bpmn;

/**
 * The {@link Rig} for mail that comes in: mailboxes on a server that outlives the nodes, a process that each mail
 * starts, nodes with short leases. One for each proof, on a {@link Rig} that they may share.
 */
final class ReadingRig implements AutoCloseable {

    /** What waits half a minute in production waits two seconds here. */
    static final Duration LEASE = Duration.ofSeconds(2);

    private static final String DONE = "Done";

    private final Rig rig;
    private final String name;
    private final MailDrop drop = new MailDrop();
    private final Map<String, Box> boxes = new LinkedHashMap<>();

    private record Box(String after, String folder) {}

    /** @param name of its process, and before the keys of its mailboxes */
    ReadingRig(Rig rig, String name) {
        this.rig = rig;
        this.name = name;
        rig.deploy(
                name,
                Bpmn.createExecutableProcess(name)
                        .camundaHistoryTimeToLiveString("P1D")
                        .startEvent()
                        .endEvent()
                        .done());
    }

    /** @param after LEAVE, SEEN, MOVE or DELETE */
    void imap(String box, String folder, String after, String startFrom) {
        String key = key(box);
        drop.open(key, folder.equals(MailDrop.INBOX) ? new String[] {DONE} : new String[] {DONE, folder});
        register(key, "imap", folder, after, startFrom);
    }

    void pop(String box, String after) {
        String key = key(box);
        drop.open(key);
        register(key, "pop", MailDrop.INBOX, after, "ALL");
    }

    private void register(String key, String provider, String folder, String after, String startFrom) {
        boolean pop = provider.equals("pop");
        rig.register("""
                {"key":"%s","description":"%s","type":"INPUT","provider":"%s","server":"127.0.0.1","port":%d,
                 "user":"%s","address":"%s","password":"secret","startTls":false,"allowPlainText":true,
                 "startFrom":"%s","pollInterval":"PT5S","processDefinitionKey":"%s","afterReading":"%s"%s%s}""".formatted(
                        key,
                        key,
                        provider,
                        drop.port(pop ? "pop3" : "imap"),
                        key,
                        MailDrop.address(key),
                        startFrom,
                        name,
                        after,
                        pop ? "" : ",\"folder\":\"" + folder + "\"",
                        after.equals("MOVE") ? ",\"moveTo\":\"" + DONE + "\"" : ""));
        boxes.put(key, new Box(after, folder));
    }

    Rig.Starting node(String node) {
        return rig.node(node)
                .with("mailroom.inbound.lease", LEASE.toMillis() + "ms")
                .with("mailroom.inbound.heartbeat", LEASE.toMillis() / 4 + "ms");
    }

    private String key(String box) {
        return name + "-" + box;
    }

    String put(String box) {
        return drop.put(key(box), folder(box));
    }

    String putPoison(String box) {
        return drop.putPoison(key(box), folder(box));
    }

    void putOld(String box, Instant arrived) {
        drop.putOld(key(box), folder(box), arrived);
    }

    void recreate(String box) {
        drop.recreate(key(box), folder(box));
    }

    private String folder(String box) {
        return boxes.get(key(box)).folder();
    }

    long started() {
        return rig.engine()
                .getHistoryService()
                .createHistoricProcessInstanceQuery()
                .processDefinitionKey(name)
                .count();
    }

    /** Waits until every mail has its place and the server was told, and judges that; judges what there is otherwise. */
    Verdict settled(Duration atMost) {
        try {
            return Awaitility.await()
                    .atMost(atMost)
                    .pollInterval(Duration.ofMillis(250))
                    .until(
                            this::verdict,
                            verdict -> verdict.lost().isEmpty()
                                    && verdict.stuck().isEmpty()
                                    && verdict.unlisted().isEmpty());
        } catch (ConditionTimeoutException tooLate) {
            return verdict();
        }
    }

    /** What a person does with a mail over which two nodes were killed. @return how many there were */
    int reprocessBlamed() {
        List<String> blamed = rig.jdbc()
                .sql("select ID from MAILROOM_MAIL where STATE = 'QUARANTINED' and REASON_CODE = 'CRASHED'"
                        + " and MAILBOX in (:mailboxes)")
                .param("mailboxes", boxes.keySet())
                .query(String.class)
                .list();
        Inbox inbox = rig.bean(Inbox.class);
        blamed.forEach(id -> inbox.reprocess(new MailId(id), Caller.SYSTEM, "Killed by hand"));
        return blamed.size();
    }

    Verdict verdict() {
        Map<String, Place> places = new LinkedHashMap<>();
        // The server first: what was done there must be known to the journal that is read afterwards.
        boxes.forEach((key, box) ->
                places.put(key, new Place(box.after(), drop.lying(key, box.folder()), done(key, box))));
        List<Put> put = drop.put();
        return ReadingJudge.judge(new ReadingEvidence(
                put,
                ReadingEvidence.instances(rig.engine(), name),
                ReadingEvidence.rows(rig.jdbc()).stream()
                        .filter(row -> boxes.containsKey(row.mailbox()))
                        .toList(),
                places));
    }

    private List<MailDrop.Lying> done(String key, Box box) {
        return box.after().equals("MOVE") ? drop.lying(key, DONE) : List.of();
    }

    String lastWords() {
        return rig.lastWords();
    }

    @Override
    public void close() {
        drop.close();
    }
}
