package dev.mailroom.webapp;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class WebappAutoConfiguration {}
