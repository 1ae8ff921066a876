/** Who asks, and what that person may do: the one place where rights are decided. */
@NullMarked
package dev.mailroom.access;

import org.jspecify.annotations.NullMarked;
