package dev.mailroom.mailstore;

import dev.mailroom.registry.InputMailbox.Provider;

class Pop3StoreIT extends MailStoreContract {

    @Override
    Provider provider() {
        return Provider.POP;
    }
}
