package dev.mailroom.transport;

import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailAddress;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.OutputMailbox;
import java.util.List;
import java.util.function.Supplier;

/**
 * Hands one message to one SMTP server (RFC 5321). Never throws for what servers and networks do: that is an outcome.
 * Every phase has a limit and the whole submission a deadline. Never called inside a transaction. Thread-safe; at most
 * {@link OutputMailbox#maxConnections} submissions of one mailbox run at a time, further callers are answered
 * {@link SubmissionOutcome.NotAttempted}. Connections of one mailbox are opened one after the other, and one that fails
 * answers those who wait for the next: a refused login is refused once, not once per connection.
 */
public interface MailTransport {

    SubmissionOutcome submit(Submission submission, DotGate gate);

    /**
     * Connects, logs in, asks whether mail of the mailbox's sender would be taken (MAIL FROM, then RSET) and says goodbye:
     * no mail is sent, and nothing on the server changes. Takes one of the mailbox's connections meanwhile.
     *
     * @param credentials asked once
     */
    ProbeOutcome probe(OutputMailbox mailbox, Supplier<Credentials> credentials);

    /** Drops kept connections of the mailbox: its settings changed. */
    void forget(String mailboxKey);

    /** Connections of the mailbox that are open now, at work or kept. */
    int open(String mailboxKey);

    /** Ends kept connections of the mailbox until no more than these are open; those at work end with their message. */
    void trim(String mailboxKey, int most);

    /**
     * @param credentials asked when a connection is opened: a kept one is logged in already
     * @param content the complete MIME message as stored; sent byte for byte (line ends made CRLF, dots stuffed)
     * @param recipients those that still wait, at least one
     */
    record Submission(
            OutputMailbox mailbox,
            Supplier<Credentials> credentials,
            MailAddress envelopeFrom,
            List<MailAddress> recipients,
            ByteSource content,
            long size) {
        public Submission {
            recipients = List.copyOf(recipients);
        }
    }

    /** Asked once per submission, when all bytes are with the server and only the final dot is missing. */
    @FunctionalInterface
    interface DotGate {

        /**
         * @param accepted recipients that the server took
         * @return false = somebody else has the mail now, or it was cancelled: the line is cut without the dot
         */
        boolean pass(List<MailAddress> accepted);
    }
}
