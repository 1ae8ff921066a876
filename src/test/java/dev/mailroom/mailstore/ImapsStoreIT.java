package dev.mailroom.mailstore;

import dev.mailroom.registry.InputMailbox.Provider;

class ImapsStoreIT extends ImapContract {

    @Override
    Provider provider() {
        return Provider.IMAPS;
    }
}
