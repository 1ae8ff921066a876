package dev.mailroom.camunda;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Wires the package. */
@AutoConfiguration
class MailroomCamundaAutoConfiguration {}
