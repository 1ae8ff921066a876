package dev.mailroom.routing;

/** Published after a deployment with processes was committed: mails that waited for a process may start now. */
public record ProcessesDeployed() {}
