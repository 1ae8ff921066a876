/** All mail in one list: rows, recipients, attempts, events and the stored bytes. */
@NullMarked
package dev.mailroom.journal;

import org.jspecify.annotations.NullMarked;
