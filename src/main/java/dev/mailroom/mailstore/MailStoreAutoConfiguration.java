package dev.mailroom.mailstore;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class MailStoreAutoConfiguration {}
