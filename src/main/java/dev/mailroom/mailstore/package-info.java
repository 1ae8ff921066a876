/** Reading IMAP and POP3 servers, and turning raw bytes into an incoming message under limits. */
@NullMarked
package dev.mailroom.mailstore;

import org.jspecify.annotations.NullMarked;
