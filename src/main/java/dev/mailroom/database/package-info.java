/** Mailroom's own tables, made and kept up by Liquibase beside the engine's. */
@NullMarked
package dev.mailroom.database;

import org.jspecify.annotations.NullMarked;
