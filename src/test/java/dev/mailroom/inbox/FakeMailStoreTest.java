package dev.mailroom.inbox;

import dev.mailroom.mailstore.MailStore;
import dev.mailroom.testing.SmallMessagesContract;

/** The fake is as good as a server. */
class FakeMailStoreTest extends SmallMessagesContract {

    private final FakeMailStore server = new FakeMailStore();

    @Override
    protected String deliver(String text) {
        String mail = "Subject: " + text.length() + "\r\n\r\n" + text;
        server.add(mail);
        return mail;
    }

    @Override
    protected MailStore open() {
        return server;
    }

    @Override
    protected int inInbox() {
        return server.count();
    }
}
