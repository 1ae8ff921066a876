/** The words of RFC 5321 and RFC 5322 as plain values: addresses, ids, messages out and in. */
@NullMarked
package dev.mailroom.message;

import org.jspecify.annotations.NullMarked;
