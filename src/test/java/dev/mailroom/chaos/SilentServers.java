package dev.mailroom.chaos;

import dev.mailroom.access.Caller;
import dev.mailroom.registry.MailboxAdministration;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** R3: servers that take the message and then cut, reset, fall silent, talk rubbish or answer too late; or trouble after the 250. */
final class SilentServers {

    /** Shorter than the delay below. */
    private static final String DOT_TIMEOUT = "PT2S";

    private static final Map<String, SmtpAction> MODES = new TreeMap<>(Map.of(
            "cut", SmtpAction.close(),
            "reset", SmtpAction.reset(),
            "silence", SmtpAction.hang(),
            "rubbish", SmtpAction.rubbish()));

    private final Rig rig;
    private final Map<String, List<String>> inDoubt = new LinkedHashMap<>();
    private final Map<String, List<String>> answered = new LinkedHashMap<>();
    private final List<String> troubled = new ArrayList<>();

    SilentServers(Rig rig) {
        this.rig = rig;
    }

    /** Mails whose dot was never answered, by what the server did instead. */
    Map<String, List<String>> inDoubt() {
        return inDoubt;
    }

    /** Mails that were answered with 250, by the trouble that followed. */
    Map<String, List<String>> answered() {
        return answered;
    }

    void run(int mails) {
        MODES.forEach((mode, action) -> afterTheDot(mode, action, mails));
        afterTheDot("delay", SmtpAction.delay(Duration.ofSeconds(5)), mails);
        MODES.forEach((mode, action) -> {
            afterThe250("taken-" + mode, "TAKEN", action, mails);
            afterThe250("quit-" + mode, "QUIT", action, mails);
        });
        afterThe250("quit-refused", "QUIT", SmtpAction.reply("421 4.3.0 going down"), mails);
        rig.node("r3")
                .with("mailroom.smtp.timeout.dot", DOT_TIMEOUT)
                .with("mailroom.smtp.timeout.command", "PT3S")
                .start()
                .work();
        rig.awaitSettled(Duration.ofMinutes(10));
        // A changed mailbox makes the node end its connections, so now the QUITs are spoken.
        troubled.forEach(this::change);
        answered.forEach((mode, instances) -> instances.addAll(rig.give(mails, process("r3-" + mode))));
        rig.awaitSettled(Duration.ofMinutes(10));
    }

    private void afterTheDot(String mode, SmtpAction action, int mails) {
        ScriptedSmtpServer server = rig.server().always("DOT", action);
        rig.mailbox("r3-" + mode, server, ",\"maxConnections\":4,\"onUncertain\":\"ASK\"");
        inDoubt.put(mode, rig.give(mails, process("r3-" + mode)));
    }

    private void afterThe250(String mode, String point, SmtpAction action, int mails) {
        ScriptedSmtpServer server = rig.server().always(point, action);
        rig.mailbox("r3-" + mode, server, ",\"maxConnections\":2");
        troubled.add("r3-" + mode);
        answered.put(mode, new ArrayList<>(rig.give(mails, process("r3-" + mode))));
    }

    private final Map<String, String> processes = new LinkedHashMap<>();

    private String process(String mailbox) {
        return processes.computeIfAbsent(mailbox, rig::process);
    }

    private void change(String mailbox) {
        MailboxAdministration mailboxes = rig.bean(MailboxAdministration.class);
        mailboxes.setEnabled(Caller.SYSTEM, mailbox, false);
        mailboxes.setEnabled(Caller.SYSTEM, mailbox, true);
    }
}
