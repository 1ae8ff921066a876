/** Incoming mail: raw bytes first, then classified, routed, or put in quarantine. */
@NullMarked
package dev.mailroom.inbox;

import org.jspecify.annotations.NullMarked;
