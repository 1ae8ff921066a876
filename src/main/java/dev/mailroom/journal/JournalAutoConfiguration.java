package dev.mailroom.journal;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class JournalAutoConfiguration {}
