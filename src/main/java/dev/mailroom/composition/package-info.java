/** An order from a task becomes a letter: outbox choice, recipients, subject and body, attachments. */
@NullMarked
package dev.mailroom.composition;

import org.jspecify.annotations.NullMarked;
