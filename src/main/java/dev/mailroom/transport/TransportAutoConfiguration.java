package dev.mailroom.transport;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class TransportAutoConfiguration {}
