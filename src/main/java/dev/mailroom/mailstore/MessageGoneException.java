package dev.mailroom.mailstore;

import java.io.IOException;

/** The message is no longer where it was: somebody moved or deleted it, or the folder was made anew. */
public final class MessageGoneException extends IOException {

    private static final long serialVersionUID = 1L;

    public MessageGoneException(MailStore.Locator locator) {
        super("Message " + locator.uid() + " is no longer in folder " + locator.folder());
    }
}
