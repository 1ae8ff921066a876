package dev.mailroom.registry;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with several keys (Tink): the first encrypts, each decrypts what it encrypted. A ciphertext is bound to the
 * place it was made for, so one that was copied into another row does not decrypt. Thread-safe.
 */
final class SecretCipher {

    private static final int KEY_BYTES = 32;
    private static final int PREFIX_BYTES = 5;

    private final Aead aead;
    private final byte[] primaryPrefix;
    private final SecretKeySpec naming;

    /** @param keys 32 bytes each, at least one */
    SecretCipher(List<byte[]> keys) {
        try {
            AeadConfig.register();
            KeysetHandle.Builder keyset = KeysetHandle.newBuilder();
            for (int i = 0; i < keys.size(); i++) {
                KeysetHandle.Builder.Entry entry = KeysetHandle.importKey(key(keys.get(i)));
                keyset.addEntry(i == 0 ? entry.makePrimary() : entry);
            }
            this.aead = keyset.build().getPrimitive(RegistryConfiguration.get(), Aead.class);
            this.primaryPrefix = key(keys.get(0)).getOutputPrefix().toByteArray();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes("mailroom names"));
            this.naming = new SecretKeySpec(digest.digest(keys.get(0)), "HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The keys of mailroom.secrets cannot be used", e);
        }
    }

    String encrypt(String text, String place) {
        try {
            byte[] ciphertext = aead.encrypt(bytes(text), bytes(place));
            return Base64.getEncoder().encodeToString(ciphertext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A secret could not be encrypted", e);
        }
    }

    /** @throws GeneralSecurityException when it was made with another key, for another place, or was changed */
    String decrypt(String ciphertext, String place) throws GeneralSecurityException {
        byte[] plain = aead.decrypt(Base64.getDecoder().decode(ciphertext), bytes(place));
        return new String(plain, StandardCharsets.UTF_8);
    }

    /** The same for the same text, and of no use to anybody without the key. */
    String name(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(naming);
            return HexFormat.of().formatHex(mac.doFinal(bytes(text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The Java platform lacks HMAC-SHA-256", e);
        }
    }

    boolean isOfPrimaryKey(String ciphertext) {
        byte[] bytes = Base64.getDecoder().decode(ciphertext);
        return bytes.length > PREFIX_BYTES
                && MessageDigest.isEqual(java.util.Arrays.copyOf(bytes, PREFIX_BYTES), primaryPrefix);
    }

    @AccessesPartialKey
    private static AesGcmKey key(byte[] bytes) throws GeneralSecurityException {
        return AesGcmKey.builder()
                .setParameters(AesGcmParameters.builder()
                        .setKeySizeBytes(KEY_BYTES)
                        .setIvSizeBytes(12)
                        .setTagSizeBytes(16)
                        .setVariant(AesGcmParameters.Variant.TINK)
                        .build())
                .setKeyBytes(SecretBytes.copyFrom(bytes, InsecureSecretKeyAccess.get()))
                .setIdRequirement(id(bytes))
                .build();
    }

    /** The same on every node and after every start, as it is made of the key; tells nothing about the key. */
    private static int id(byte[] key) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes("mailroom key id"));
        return ByteBuffer.wrap(digest.digest(key)).getInt();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
