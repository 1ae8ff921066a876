/** Tests of the outbox, with fakes of its neighbours; {@code DeliveryQueueContract} is for every queue. */
@NullMarked
package dev.mailroom.outbox;

import org.jspecify.annotations.NullMarked;
