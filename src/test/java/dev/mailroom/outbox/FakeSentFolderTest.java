package dev.mailroom.outbox;

import dev.mailroom.mailstore.SentFolderContract;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.SentFolder;
import dev.mailroom.testing.FakeRegistry;
import java.time.Duration;
import java.util.List;

/** The fake keeps the port's promises, so that tests with it say something. */
class FakeSentFolderTest extends SentFolderContract {

    private final FakeSentFolder fake = new FakeSentFolder();
    private final InputMailbox account = new FakeRegistry().input("support", "support@acme.example", null);

    @Override
    protected SentFolder open() throws Exception {
        return fake.open(account, "Sent", new Credentials.None(), Duration.ofMinutes(1));
    }

    @Override
    protected List<String> inFolder() {
        return fake.in("support/Sent");
    }
}
