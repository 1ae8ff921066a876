package dev.mailroom.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the key comes from: the settings, a file, or, only where that is wanted, made at the first start. */
final class SecretKeys {

    private static final Logger LOG = LoggerFactory.getLogger(SecretKeys.class);
    private static final int KEY_BYTES = 32;

    private SecretKeys() {}

    /**
     * @param hasSecrets whether something is encrypted already: then a lost key file is not made anew
     * @return empty when no key is set
     * @throws IllegalStateException with a sentence naming the setting, when what is set is no key
     */
    static Optional<SecretCipher> cipher(SecretsProperties properties, boolean hasSecrets) {
        if (properties.key() != null && !properties.key().isBlank()) {
            return Optional.of(new SecretCipher(parse(properties.key(), "mailroom.secrets.key")));
        }
        Path file = properties.keyFile();
        if (file == null) {
            return Optional.empty();
        }
        try {
            if (!Files.exists(file)) {
                if (!properties.generate()) {
                    throw new IllegalStateException("mailroom.secrets.key-file: " + file
                            + " does not exist; make it with openssl rand -base64 32");
                }
                if (hasSecrets) {
                    LOG.error("The key file {} is gone: stored passwords cannot be read. Put it back.", file);
                    return Optional.empty();
                }
                make(file);
            }
            return Optional.of(new SecretCipher(
                    parse(Files.readString(file, StandardCharsets.UTF_8), "mailroom.secrets.key-file")));
        } catch (IOException e) {
            throw new IllegalStateException("mailroom.secrets.key-file: " + file + " cannot be read", e);
        }
    }

    private static void make(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        FileAttribute<?>[] onlyOwner =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        String line = Base64.getEncoder().encodeToString(key) + "\n";
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), onlyOwner)) {
            channel.write(java.nio.ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
        } catch (FileAlreadyExistsException e) {
            LOG.debug("Another start made the key file meanwhile", e);
            return;
        }
        LOG.warn(
                "Made the key file {}. Stored passwords cannot be read without it: keep a copy in a safe place.", file);
    }

    private static List<byte[]> parse(String text, String setting) {
        List<byte[]> keys = new ArrayList<>();
        for (String part : text.split("[,\\s]+", 0)) {
            if (!part.isEmpty()) {
                keys.add(decode(part, setting));
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalStateException(setting + " holds no key; make one with openssl rand -base64 32");
        }
        return keys;
    }

    private static byte[] decode(String part, String setting) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(part);
        } catch (IllegalArgumentException notBase64) {
            key = new byte[0];
        }
        if (key.length != KEY_BYTES) {
            throw new IllegalStateException(
                    setting + " must be 32 bytes in Base64; make them with openssl rand -base64 32");
        }
        return key;
    }
}
