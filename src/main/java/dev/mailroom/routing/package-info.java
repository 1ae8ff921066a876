/** Where an incoming mail goes: a reply to its instance, a new process instance, or nowhere. */
@NullMarked
package dev.mailroom.routing;

import org.jspecify.annotations.NullMarked;
