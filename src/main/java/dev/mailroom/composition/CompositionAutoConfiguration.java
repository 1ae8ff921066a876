package dev.mailroom.composition;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class CompositionAutoConfiguration {}
