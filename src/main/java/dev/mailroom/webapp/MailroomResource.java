package dev.mailroom.webapp;

/**
 * A part of the REST interface. Each bean of this type answers below {@code …/mailroom/} at the path of its class's
 * {@code @Path}, for the default engine and for the engine by name. Bodies come in as streams and go out as bytes, so
 * that the JSON of Camunda's own resources is never touched: {@link FormReader} reads, {@link Answers} writes.
 */
interface MailroomResource {}
