package dev.mailroom.chaos;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import dev.mailroom.chaos.AcceptanceLog.Accepted;
import dev.mailroom.chaos.Evidence.Attempt;
import dev.mailroom.chaos.Evidence.Mail;
import dev.mailroom.chaos.Evidence.Recipient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was wanted (process instances), what is believed (journal, tasks, incidents) and what happened (mail
 * servers), once nothing is on its way any more. Believes the servers.
 */
public final class Judge {

    private static final Set<String> SENT = Set.of("SENT", "PARTLY_SENT");
    private static final Set<String> ON_ITS_WAY = Set.of("QUEUED", "SENDING", "RETRYING");

    private final Evidence evidence;
    private final Map<String, List<Attempt>> attempts;
    private final Map<String, List<Recipient>> recipients;
    private final Map<String, List<Accepted>> copies;
    private final Map<String, List<Mail>> byMessageId;
    private final Verdict verdict;

    private Judge(Evidence evidence) {
        this.evidence = evidence;
        attempts = evidence.attempts().stream().collect(groupingBy(Attempt::mail));
        recipients = evidence.recipients().stream().collect(groupingBy(Recipient::mail));
        copies = evidence.accepted().stream().collect(groupingBy(Accepted::messageId));
        byMessageId = evidence.mails().stream().collect(groupingBy(Mail::messageId));
        verdict = new Verdict(evidence.intent().size(), evidence.accepted().size());
    }

    /**
     * What became of the mails; each entry says in words which mail and why.
     *
     * @param lost wanted or called sent, and no server has it
     * @param duplicates copies beyond the first, per recipient
     * @param uncertain mails shown as uncertain
     * @param failed mails that ended neither sent nor in doubt: given up, cancelled
     * @param unlisted doubts that nobody is shown
     * @param breaches of the invariants I1 to I5 (reliability.md) and of the bytes' identity
     */
    public record Verdict(
            int wanted,
            int copies,
            List<String> lost,
            List<String> duplicates,
            Set<String> uncertain,
            List<String> failed,
            List<String> unlisted,
            List<String> breaches) {

        private Verdict(int wanted, int copies) {
            this(
                    wanted,
                    copies,
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new TreeSet<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }

        /** Nothing lost, nothing hidden, no invariant broken; duplicates, doubts and failures are for the test to judge. */
        public boolean isSound() {
            return lost.isEmpty() && unlisted.isEmpty() && breaches.isEmpty();
        }

        /** One line for tables. */
        public String figures() {
            return wanted + " wanted, " + copies + " copies accepted: " + lost.size() + " lost, " + duplicates.size()
                    + " duplicates, " + uncertain.size() + " uncertain, " + failed.size() + " failed, "
                    + unlisted.size() + " unlisted, "
                    + breaches.size() + " breaches";
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(figures());
            describe(text, "LOST", lost);
            describe(text, "DUPLICATE", duplicates);
            describe(text, "FAILED", failed);
            describe(text, "UNLISTED", unlisted);
            describe(text, "BREACH", breaches);
            return text.toString();
        }
    }

    /** The first of these cases, a line each. */
    static void describe(StringBuilder text, String what, List<String> cases) {
        cases.stream()
                .limit(20)
                .forEach(one -> text.append("\n  ").append(what).append(' ').append(one));
    }

    public static Verdict judge(Evidence evidence) {
        Judge judge = new Judge(evidence);
        judge.everyWishHasItsMail();
        evidence.mails().forEach(judge::judge);
        judge.copies.forEach(judge::judgeCopies);
        return judge.verdict;
    }

    /** I1: a row exists if, and only if, the process transaction committed. */
    private void everyWishHasItsMail() {
        Set<String> instances = new TreeSet<>();
        for (Mail mail : evidence.mails()) {
            if (mail.instance() != null) {
                instances.add(mail.instance());
            }
        }
        evidence.intent().stream()
                .filter(instance -> !instances.contains(instance))
                .forEach(instance -> verdict.lost.add("instance " + instance + " has no mail"));
        copies.keySet().stream()
                .filter(messageId -> !byMessageId.containsKey(messageId))
                .forEach(messageId -> verdict.breaches.add("I1: a server has " + messageId + ", the journal has not"));
    }

    private void judge(Mail mail) {
        List<Attempt> tries = attempts.getOrDefault(mail.id(), List.of());
        if (ON_ITS_WAY.contains(mail.state())) {
            verdict.breaches.add(told(mail) + " is still on its way: too early to judge");
        } else if (SENT.contains(mail.state())) {
            judgeSent(mail, tries);
        } else if (mail.state().equals("UNCERTAIN")) {
            verdict.uncertain.add(mail.id());
        } else {
            verdict.failed.add(told(mail) + " is " + mail.state());
        }
        judgeTask(mail);
        judgeDots(mail, tries);
        judgeRecipients(mail);
    }

    /** I5: SENT only after a 250 was read. */
    private void judgeSent(Mail mail, List<Attempt> tries) {
        boolean told = tries.stream()
                .anyMatch(attempt -> "ACCEPTED".equals(attempt.outcome())
                        && attempt.replyCode() != null
                        && attempt.replyCode() / 100 == 2);
        if (!told) {
            verdict.breaches.add("I5: " + told(mail) + " is sent, and no server said so");
        }
    }

    /** Cockpit must show what waits for a person; what is sent must not hold up its process. */
    private void judgeTask(Mail mail) {
        boolean shown = mail.task() != null && evidence.incidents().contains(mail.task());
        boolean needsSomebody = Set.of("UNCERTAIN", "FAILED").contains(mail.state());
        if (needsSomebody && !shown) {
            verdict.unlisted.add(told(mail) + " is " + mail.state() + " without an incident");
        }
        if (SENT.contains(mail.state()) && evidence.open().contains(String.valueOf(mail.instance()))) {
            verdict.breaches.add(told(mail) + " is sent, and its instance still waits");
        }
    }

    /** I2: at most one attempt is past the gate without a result, and when all is settled none whose doubt is hidden. */
    private void judgeDots(Mail mail, List<Attempt> tries) {
        long open = tries.stream()
                .filter(attempt -> attempt.dot() && attempt.outcome() == null)
                .count();
        if (open > 1) {
            verdict.breaches.add("I2: " + told(mail) + " has " + open + " attempts past the gate without a result");
        }
        if (open > 0) {
            verdict.unlisted.add(told(mail) + " has passed the gate, and nobody wrote down what followed");
        }
    }

    private void judgeRecipients(Mail mail) {
        for (Recipient recipient : recipients.getOrDefault(mail.id(), List.of())) {
            if (recipient.state().equals("ACCEPTED") && copiesFor(mail.messageId(), recipient.address()) == 0) {
                verdict.lost.add(told(mail) + " is called sent, and no server has it");
            }
            // The same message may go on to others in a mail of its own: only this recipient's rows count.
            boolean hidden = Set.of("WAITING", "REFUSED").contains(recipient.state())
                    && !mail.state().equals("UNCERTAIN")
                    && copiesFor(mail.messageId(), recipient.address()) > 0;
            if (hidden) {
                verdict.unlisted.add(
                        told(mail) + " is with the server, its recipient is " + recipient.state() + " here");
            }
        }
    }

    private long copiesFor(String messageId, @Nullable String address) {
        return copies.getOrDefault(messageId, List.of()).stream()
                .filter(copy -> copy.recipients().contains(address))
                .count();
    }

    /** I3, I4 and the identity of the bytes. */
    private void judgeCopies(String messageId, List<Accepted> all) {
        List<Mail> mails = byMessageId.getOrDefault(messageId, List.of());
        long resends = mails.stream().mapToLong(this::resends).sum();
        Map<String, Integer> perRecipient = new HashMap<>();
        all.forEach(copy -> copy.recipients().forEach(address -> perRecipient.merge(address, 1, Integer::sum)));
        perRecipient.forEach((address, count) -> {
            for (int more = 1; more < count; more++) {
                verdict.duplicates.add(messageId + ", copy " + (more + 1));
            }
            if (count > 1 + resends) {
                verdict.breaches.add((resends == 0 ? "I4: " : "I3: ") + messageId + " was accepted " + count
                        + " times, and sent again on purpose " + resends + " times");
            }
        });
        Set<String> bytes = all.stream().map(Accepted::sha256).collect(toSet());
        mails.stream().map(Mail::sha256).filter(sha -> sha != null).forEach(bytes::add);
        if (bytes.size() > 1) {
            verdict.breaches.add(messageId + " has not the same bytes everywhere: " + bytes);
        }
    }

    /** Attempts in doubt that another one followed: somebody, or the mailbox's policy, chose to send again. */
    private long resends(Mail mail) {
        List<Attempt> tries = attempts.getOrDefault(mail.id(), List.of());
        int last = tries.stream().mapToInt(Attempt::epoch).max().orElse(0);
        return tries.stream()
                .filter(attempt -> "UNCERTAIN".equals(attempt.outcome()) && attempt.epoch() < last)
                .count();
    }

    private static String told(Mail mail) {
        return "mail " + mail.id();
    }
}
