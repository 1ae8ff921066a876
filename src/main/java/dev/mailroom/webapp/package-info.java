/** REST resources and the plugins for Camunda's own web applications. */
@NullMarked
package dev.mailroom.webapp;

import org.jspecify.annotations.NullMarked;
