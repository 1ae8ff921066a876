package dev.mailroom.mailstore;

import dev.mailroom.registry.InputMailbox.Provider;

class ImapStoreIT extends ImapContract {

    @Override
    Provider provider() {
        return Provider.IMAP;
    }
}
