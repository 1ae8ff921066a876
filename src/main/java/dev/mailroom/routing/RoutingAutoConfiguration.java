package dev.mailroom.routing;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class RoutingAutoConfiguration {}
