package dev.mailroom.camunda;

import dev.mailroom.composition.MessageComposer;
import dev.mailroom.composition.OpeningMail;
import dev.mailroom.outbox.Outbox;

/** What a task needs to send a mail; looked up on first use, since the outbox itself stands on the engine. */
record Mailing(Outbox outbox, MessageComposer composer, OpeningMail openingMail, String contractVariable) {}
