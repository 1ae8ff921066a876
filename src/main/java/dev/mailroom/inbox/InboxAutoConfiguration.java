package dev.mailroom.inbox;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class InboxAutoConfiguration {}
