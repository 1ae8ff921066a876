package dev.mailroom.access;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class AccessAutoConfiguration {}
