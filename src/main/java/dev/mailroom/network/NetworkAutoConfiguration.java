package dev.mailroom.network;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class NetworkAutoConfiguration {}
