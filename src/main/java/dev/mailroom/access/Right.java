package dev.mailroom.access;

/** The four rights of Mailroom, given to Camunda groups by {@code mailroom.rights.*}. */
public enum Right {
    /** See mails in the journal: who, when, subject, state; mailboxes and contracts without secrets. */
    JOURNAL,
    /** Read what mails say: text, attachments, raw bytes. */
    CONTENT,
    /** Retry, cancel, resolve, start, assign, discard; the sending switch. */
    OPERATE,
    /** Register, change, test and delete mailboxes and contracts. */
    ADMINISTER
}
