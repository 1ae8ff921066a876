/** Which mailboxes and contracts exist, their secrets, their health, and which outbox a task means. */
@NullMarked
package dev.mailroom.registry;

import org.jspecify.annotations.NullMarked;
