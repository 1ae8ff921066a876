/** The runnable server around the plugin. */
@NullMarked
package dev.mailroom.server;

import org.jspecify.annotations.NullMarked;
