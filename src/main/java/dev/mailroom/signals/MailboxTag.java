package dev.mailroom.signals;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The one tag whose values come from outside: keys of mailboxes. Bounded, so that no monitoring drowns. Thread-safe. */
final class MailboxTag {

    static final String NAME = "mailbox";

    private final int most;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    MailboxTag(int most) {
        this.most = most;
    }

    /** The key in lower case; "none" without one, "other" where there are too many. */
    String of(@Nullable String mailboxKey) {
        if (mailboxKey == null) {
            return "none";
        }
        String key = mailboxKey.toLowerCase(Locale.ROOT);
        return known.contains(key) || known.size() < most && known.add(key) ? key : "other";
    }
}
