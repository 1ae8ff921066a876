package dev.mailroom.testing;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What a {@link ScriptedSmtpServer} does when a command reaches it, instead of the usual reply. */
public sealed interface SmtpAction {

    /** Answers with these lines; the last one decides. */
    record Reply(List<String> lines) implements SmtpAction {
        public Reply {
            lines = List.copyOf(lines);
        }
    }

    /** Closes the connection in an orderly way. */
    record Close() implements SmtpAction {}

    /** Resets the connection. */
    record Reset() implements SmtpAction {}

    /** Never answers, and keeps the connection until the server is stopped. */
    record Hang() implements SmtpAction {}

    /** Waits, then does the usual. */
    record Delay(Duration time) implements SmtpAction {}

    /** Sends one character of a reply at a time, for ever. */
    record Drip(Duration pause) implements SmtpAction {}

    /** Tells the test that the point is reached, waits until it has heard, then does the usual. */
    record Tell(Runnable told) implements SmtpAction {}

    static SmtpAction reply(String... lines) {
        return new Reply(Arrays.asList(lines));
    }

    static SmtpAction close() {
        return new Close();
    }

    static SmtpAction reset() {
        return new Reset();
    }

    static SmtpAction hang() {
        return new Hang();
    }

    static SmtpAction delay(Duration time) {
        return new Delay(time);
    }

    static SmtpAction drip(Duration pause) {
        return new Drip(pause);
    }

    static SmtpAction tell(Runnable told) {
        return new Tell(told);
    }

    /** Something that is no SMTP reply. */
    static SmtpAction rubbish() {
        return reply("banana");
    }
}
