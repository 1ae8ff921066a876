/** One message to one SMTP server: connections kept open, the dot gate, replies as outcomes. */
@NullMarked
package dev.mailroom.transport;

import org.jspecify.annotations.NullMarked;
