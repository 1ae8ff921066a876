package dev.mailroom.message;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes Message-IDs that only Mailroom can make, {@code <mr.{mail id}.{HMAC}@domain>}, and knows them again in the
 * References of a reply. A stranger cannot guess one, so a reply cannot be slipped into somebody else's case.
 */
public final class MessageIdSigner {

    /** 80 bits: a guess succeeds once in 10^24 tries. */
    private static final int HEX_DIGITS = 20;

    private static final Pattern OURS = Pattern.compile("<mr\\.([A-Za-z0-9-]{1,64})\\.([0-9a-f]{20})@[^>]*>");

    private final SecretKeySpec key;

    /** @param key at least 32 random bytes, the same on every node, kept for as long as replies may come */
    public MessageIdSigner(byte[] key) {
        if (key.length < 32) {
            throw new IllegalArgumentException("the key of the Message-IDs has at least 32 bytes");
        }
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /** @param domain of the sender's address */
    public MessageId sign(MailId mail, String domain) {
        return new MessageId("<mr." + mail.value() + "." + hmac(mail.value()) + "@" + domain + ">");
    }

    /** The outgoing mail that the id was made for; empty for foreign and forged ids. Compares in constant time. */
    public Optional<MailId> verify(MessageId id) {
        var matcher = OURS.matcher(id.value());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        byte[] expected = hmac(matcher.group(1)).getBytes(StandardCharsets.US_ASCII);
        byte[] given = matcher.group(2).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, given) ? Optional.of(new MailId(matcher.group(1))) : Optional.empty();
    }

    private String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] code = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(code).substring(0, HEX_DIGITS);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("The Java platform lacks HmacSHA256", impossible);
        }
    }
}
