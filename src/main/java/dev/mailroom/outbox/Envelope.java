package dev.mailroom.outbox;

import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.MailAddress;
import dev.mailroom.outbox.RecipientRows.Roll;
import java.util.List;

/**
 * Whom the next message of a mail is for: no more recipients than its mailbox allows (RFC 5321 4.5.3.1.8 promises 100),
 * and those first who were not asked yet since the mail was last put off.
 */
final class Envelope {

    private Envelope() {}

    static List<MailAddress> of(Held mail, Redirection instead) {
        Roll roll = new Roll(mail.recipients());
        List<RecipientEntry> wanted = roll.hasUnasked() ? roll.unasked() : roll.in(RecipientEntry.State.WAITING);
        return wanted.stream()
                .map(RecipientEntry::address)
                .limit(most(mail, instead))
                .toList();
    }

    /** However many recipients there are, who stands in for them gets one mail. */
    static long most(Held mail, Redirection instead) {
        return instead.isOn() ? Long.MAX_VALUE : Math.max(1, mail.mailbox().maxRecipientsPerMessage());
    }
}
