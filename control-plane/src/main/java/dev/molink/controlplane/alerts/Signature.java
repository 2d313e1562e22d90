package dev.molink.controlplane.alerts;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs as the Standard Webhooks specification says (version 1): {@code v1,} and the base64 of the HMAC-SHA-256 over
 * {@code id.timestamp.body}.
 */
final class Signature {

    private static final String ALGORITHM = "HmacSHA256";
    private static final String SECRET_PREFIX = "whsec_";

    private Signature() {}

    /** @param hexSecret the secret's bytes as hex digits */
    static String of(String hexSecret, String id, long unixSeconds, String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(HexFormat.of().parseHex(hexSecret), ALGORITHM));
            byte[] signed = "%s.%d.%s".formatted(id, unixSeconds, body).getBytes(StandardCharsets.UTF_8);
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK lacks " + ALGORITHM + ", which every JDK must have", impossible);
        }
    }

    /** The secret as receivers enter it. */
    static String secretText(String hexSecret) {
        return SECRET_PREFIX + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hexSecret));
    }
}
