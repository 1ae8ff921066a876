/** Embedded servers and certificates that tests of all packages use. */
@NullMarked
package dev.mailroom.testing;

import org.jspecify.annotations.NullMarked;
