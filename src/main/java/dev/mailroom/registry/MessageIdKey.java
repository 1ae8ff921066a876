package dev.mailroom.registry;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The key that Message-IDs are signed with: made once, the same on all nodes, encrypted where a secrets key is set. */
final class MessageIdKey {

    private static final String NAME = "message-id.key";
    private static final String PLAIN = "plain:";
    private static final String ENCRYPTED = "tink:";

    private MessageIdKey() {}

    static boolean isEncrypted(Settings settings) {
        return settings.find(NAME)
                .map(stored -> stored.value().startsWith(ENCRYPTED))
                .orElse(false);
    }

    static byte[] findOrMake(Settings settings, @Nullable SecretCipher cipher) {
        String stored = settings.findOrInsert(NAME, protect(random(), cipher));
        String key = reveal(stored, cipher);
        if (cipher != null && !isUpToDate(stored, cipher)) {
            settings.set(NAME, protect(key, cipher), "mailroom", null);
        }
        return Base64.getDecoder().decode(key);
    }

    private static String reveal(String stored, @Nullable SecretCipher cipher) {
        if (stored.startsWith(PLAIN)) {
            return stored.substring(PLAIN.length());
        }
        if (cipher == null) {
            throw new IllegalStateException("The key of the Message-IDs is encrypted: set mailroom.secrets.key-file");
        }
        try {
            return cipher.decrypt(stored.substring(ENCRYPTED.length()), NAME);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "The key of the Message-IDs was encrypted with another mailroom.secrets key than the one set", e);
        }
    }

    private static boolean isUpToDate(String stored, SecretCipher cipher) {
        return stored.startsWith(ENCRYPTED) && cipher.isOfPrimaryKey(stored.substring(ENCRYPTED.length()));
    }

    private static String protect(String key, @Nullable SecretCipher cipher) {
        return cipher == null ? PLAIN + key : ENCRYPTED + cipher.encrypt(key, NAME);
    }

    private static String random() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
