package dev.mailroom.chaos;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import dev.mailroom.chaos.MailDrop.Lying;
import dev.mailroom.chaos.MailDrop.Put;
import dev.mailroom.chaos.ReadingEvidence.Instance;
import dev.mailroom.chaos.ReadingEvidence.Place;
import dev.mailroom.chaos.ReadingEvidence.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what was put into the mailboxes with what was started (the engine's history), what is believed (the journal)
 * and what lies on the server. Believes the list of what was put, and the engine.
 */
final class ReadingJudge {

    private final ReadingEvidence evidence;
    private final Map<String, List<Instance>> instances;
    private final Map<String, List<Row>> rows;
    private final Verdict verdict;

    private ReadingJudge(ReadingEvidence evidence) {
        this.evidence = evidence;
        instances = evidence.instances().stream().collect(groupingBy(Instance::messageId));
        rows = evidence.rows().stream().collect(groupingBy(Row::messageId));
        verdict = new Verdict(
                (int) evidence.put().stream().filter(Put::isNew).count(),
                evidence.instances().size());
    }

    /**
     * What became of the mails; each entry says in words which mail and why.
     *
     * @param put mails that must be read
     * @param started process instances
     * @param lost neither started anything nor are kept in quarantine
     * @param doubled started, or are kept, more than once; or were not to be read at all
     * @param quarantined kept for a person
     * @param stuck not decided, or not yet treated on the server as the mailbox says
     * @param unlisted not in the journal, or with another instance than the journal says
     * @param breaches marked, moved or deleted before their time; copies on the server
     */
    record Verdict(
            int put,
            int started,
            List<String> lost,
            List<String> doubled,
            List<String> quarantined,
            List<String> stuck,
            List<String> unlisted,
            List<String> breaches) {

        private Verdict(int put, int started) {
            this(
                    put,
                    started,
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }

        /** Each mail is exactly one instance, or kept in quarantine; that is for the test to judge. */
        boolean isSound() {
            return lost.isEmpty() && doubled.isEmpty() && stuck.isEmpty() && unlisted.isEmpty() && breaches.isEmpty();
        }

        /** One line for tables. */
        String figures() {
            return put + " put, " + started + " instances: " + lost.size() + " lost, " + doubled.size() + " doubled, "
                    + quarantined.size() + " in quarantine, " + stuck.size() + " stuck, " + unlisted.size()
                    + " unlisted, " + breaches.size() + " breaches";
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(figures());
            Judge.describe(text, "LOST", lost);
            Judge.describe(text, "DOUBLED", doubled);
            Judge.describe(text, "STUCK", stuck);
            Judge.describe(text, "UNLISTED", unlisted);
            Judge.describe(text, "BREACH", breaches);
            return text.toString();
        }
    }

    static Verdict judge(ReadingEvidence evidence) {
        ReadingJudge judge = new ReadingJudge(evidence);
        evidence.put().forEach(judge::judge);
        judge.nothingCameFromNowhere();
        evidence.places().forEach(judge::judgeServer);
        return judge.verdict;
    }

    private void judge(Put mail) {
        List<Instance> started = instances.getOrDefault(mail.messageId(), List.of());
        List<Row> kept = rows.getOrDefault(mail.messageId(), List.of());
        if (!mail.isNew()) {
            started.forEach(one -> verdict.doubled.add(mail.messageId() + " is from before the start, and was read"));
            return;
        }
        for (int more = 1; more < started.size(); more++) {
            verdict.doubled.add(mail.messageId() + " started " + started.size() + " instances");
        }
        for (int more = 1; more < kept.size(); more++) {
            verdict.doubled.add(mail.messageId() + " has " + kept.size() + " rows");
        }
        if (kept.isEmpty()) {
            verdict.unlisted.add(mail.messageId() + " is not in the journal");
        }
        boolean isQuarantined = kept.stream().anyMatch(row -> row.state().equals("QUARANTINED"));
        if (isQuarantined) {
            verdict.quarantined.add(mail.messageId());
        } else if (started.isEmpty()) {
            verdict.lost.add(mail.messageId() + " of " + mail.mailbox() + " started nothing; the journal: " + kept);
        }
        kept.forEach(row -> judge(row, started));
    }

    private void judge(Row row, List<Instance> started) {
        Set<String> ids = started.stream().map(Instance::id).collect(toSet());
        if (row.state().equals("RECEIVED") || row.inHand()) {
            verdict.stuck.add(row.messageId() + " is " + row.state() + (row.inHand() ? ", in a node's hand" : ""));
        } else if (row.state().equals("STARTED") && !ids.contains(String.valueOf(row.instance()))) {
            verdict.unlisted.add(row.messageId() + " names the instance " + row.instance() + ", which is not its own");
        } else if (!row.state().equals("STARTED") && !ids.isEmpty()) {
            verdict.unlisted.add(row.messageId() + " is " + row.state() + ", and started " + ids);
        }
    }

    private void nothingCameFromNowhere() {
        Set<String> known = evidence.put().stream().map(Put::messageId).collect(toSet());
        instances.keySet().stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> verdict.breaches.add(id + " started an instance, and nobody put it there"));
    }

    private void judgeServer(String mailbox, Place place) {
        for (Put mail : evidence.put()) {
            if (mail.mailbox().equals(mailbox)) {
                judgeServer(mail, place);
            }
        }
    }

    private void judgeServer(Put mail, Place place) {
        String id = mail.messageId();
        List<Lying> here = with(id, place.folder());
        List<Lying> done = with(id, place.done());
        boolean isPlaced = rows.getOrDefault(id, List.of()).stream()
                .anyMatch(row -> !row.state().equals("RECEIVED") && !row.state().equals("HELD"));
        if (!isPlaced) {
            if (here.size() != 1 || here.get(0).seen() || !done.isEmpty()) {
                verdict.breaches.add(id + " has not found its place, and was touched on the server");
            }
            return;
        }
        switch (place.after()) {
            case "LEAVE" -> expect(id, here, 1, "should lie where it lay");
            case "SEEN" -> {
                expect(id, here, 1, "should lie where it lay");
                if (here.stream().anyMatch(one -> !one.seen())) {
                    verdict.stuck.add(id + " is not marked as seen");
                }
            }
            case "DELETE" -> {
                if (!here.isEmpty()) {
                    verdict.stuck.add(id + " is not deleted");
                }
            }
            default -> {
                if (!here.isEmpty()) {
                    verdict.stuck.add(id + " is not moved");
                } else {
                    expect(id, done, 1, "should lie once where read mail is moved");
                }
            }
        }
    }

    private void expect(String id, List<Lying> lying, int count, String why) {
        if (lying.size() != count) {
            verdict.breaches.add(id + " " + why + ", and lies there " + lying.size() + " times");
        }
    }

    private static List<Lying> with(String id, List<Lying> lying) {
        return lying.stream().filter(one -> one.messageId().equals(id)).toList();
    }
}
