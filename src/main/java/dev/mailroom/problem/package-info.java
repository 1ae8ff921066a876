/** What can be wrong with a request, in words; each problem has one HTTP answer in rest.md. */
@NullMarked
package dev.mailroom.problem;

import org.jspecify.annotations.NullMarked;
