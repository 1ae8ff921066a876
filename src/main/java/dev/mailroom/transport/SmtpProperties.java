package dev.mailroom.transport;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Mailroom speaks to mail servers.
 *
 * @param timeout how long the server may take in each phase
 * @param replyRules own rules that tell whose failure a reply of a server is, in their order before the built-in ones;
 *     each with stages, code, enhanced, text, scope, permanent, word and sentence
 */
@ConfigurationProperties("mailroom.smtp")
public record SmtpProperties(
        @DefaultValue Timeout timeout, @DefaultValue List<OwnReplyRule> replyRules) {

    public SmtpProperties {
        replyRules = List.copyOf(replyRules);
        for (int i = 0; i < replyRules.size(); i++) {
            replyRules.get(i).rule("mailroom.smtp.reply-rules[" + i + "]");
        }
    }

    ReplyRules rules() {
        return new ReplyRules(
                replyRules.stream().map(rule -> rule.rule("reply-rules")).toList());
    }

    /** The defaults are those of RFC 5321 4.5.3.2 where a client that retries can afford them. */
    public static SmtpProperties defaults() {
        return new SmtpProperties(
                new Timeout(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(120),
                        Duration.ofSeconds(600)),
                List.of());
    }

    /**
     * @param connect look-up and connection
     * @param command greeting, handshake, and the reply to each command up to DATA
     * @param data each write of the message
     * @param dot the reply after the final dot (RFC 5321 4.5.3.2.6: ten minutes, shorter ones make duplicates)
     */
    public record Timeout(
            @DefaultValue("10s") Duration connect,
            @DefaultValue("60s") Duration command,
            @DefaultValue("120s") Duration data,
            @DefaultValue("600s") Duration dot) {
        public Timeout {
            check("connect", connect);
            check("command", command);
            check("data", data);
            check("dot", dot);
        }

        private static void check(String name, Duration value) {
            if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException(
                        "mailroom.smtp.timeout." + name + " must be more than nothing and at most an hour");
            }
        }
    }

    /** Slowest line that a message is still sent over, in bytes per second. */
    private static final long SLOWEST_LINE = 10_000;

    /**
     * Longest time from the first step to the final dot, whatever the server does; the reply after the dot has a limit
     * of its own.
     */
    Duration untilDot(long messageSize) {
        return timeout.connect()
                .plus(timeout.command().multipliedBy(6))
                .plus(timeout.data())
                .plusSeconds(messageSize / SLOWEST_LINE);
    }

    /**
     * Longest time a whole submission can take, without the gate: what a lease on the mail must cover. Up to the dot it
     * may happen twice, when a kept connection turns out to be dead.
     */
    public Duration longestSubmission(long messageSize) {
        return untilDot(messageSize).multipliedBy(2).plus(timeout.dot());
    }
}
