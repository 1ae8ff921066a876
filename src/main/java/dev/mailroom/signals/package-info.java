/** What Mailroom tells people and monitoring by itself: alerts, metrics, health. */
@NullMarked
package dev.mailroom.signals;

import org.jspecify.annotations.NullMarked;
