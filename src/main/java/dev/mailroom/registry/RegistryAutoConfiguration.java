package dev.mailroom.registry;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class RegistryAutoConfiguration {}
