package dev.mailroom.mailstore;

import dev.mailroom.registry.InputMailbox.Provider;

class Pop3sStoreIT extends MailStoreContract {

    @Override
    Provider provider() {
        return Provider.POPS;
    }
}
