package dev.mailroom.access;

import java.util.Set;

/** The person or program on whose behalf something is done. */
public record Caller(String userId, Set<String> groups, boolean isSystem) {

    /** Mailroom itself: dispatcher, watcher, configuration. May do everything. */
    public static final Caller SYSTEM = new Caller("mailroom", Set.of(), true);

    public Caller {
        groups = Set.copyOf(groups);
    }

    public static Caller user(String userId, Set<String> groups) {
        return new Caller(userId, groups, false);
    }
}
