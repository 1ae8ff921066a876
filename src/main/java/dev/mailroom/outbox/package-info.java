/** Transactional Outbox: outgoing mail from its row to the server's answer. */
@NullMarked
package dev.mailroom.outbox;

import org.jspecify.annotations.NullMarked;
