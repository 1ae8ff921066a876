/** The engine side: plugin, model check, the service task, queue, leases, incidents, address book. */
@NullMarked
package dev.mailroom.camunda;

import org.jspecify.annotations.NullMarked;
