package dev.mailroom.outbox;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class OutboxAutoConfiguration {}
