package dev.molink.controlplane.keys;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The text of a generated key: {@code sk-<environment>-<publicId>-<secret><checksum>}. The public id finds the key; the
 * secret has 238 random bits; the checksum lets scanners and people tell a key from a typing error.
 */
public record KeyText(String environment, String publicId, String secret) {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int PUBLIC_ID_LENGTH = 12;
    private static final int SECRET_LENGTH = 40;
    private static final int CHECKSUM_LENGTH = 6;
    private static final Pattern FORM =
            Pattern.compile("sk-([a-z0-9]{1,12})-([0-9A-Za-z]{%d})-([0-9A-Za-z]{%d})([0-9A-Za-z]{%d})"
                    .formatted(PUBLIC_ID_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH));

    public static KeyText generate(String environment, RandomGenerator random) {
        return new KeyText(environment, digits(PUBLIC_ID_LENGTH, random), digits(SECRET_LENGTH, random));
    }

    /** The parts of {@code text}; empty when it has another form or a wrong checksum. */
    public static Optional<KeyText> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        KeyText key = new KeyText(form.group(1), form.group(2), form.group(3));
        return key.checksum().equals(form.group(4)) ? Optional.of(key) : Optional.empty();
    }

    /** The whole key. */
    public String text() {
        return body() + checksum();
    }

    /** What may be shown of it for ever. */
    public String redacted() {
        return "sk-%s-%s-…%s".formatted(environment, publicId, checksum().substring(2));
    }

    @Override
    public String toString() {
        return redacted();
    }

    private String body() {
        return "sk-%s-%s-%s".formatted(environment, publicId, secret);
    }

    private String checksum() {
        CRC32 crc = new CRC32();
        crc.update(body().getBytes(StandardCharsets.US_ASCII));
        char[] digits = new char[CHECKSUM_LENGTH];
        long rest = crc.getValue();
        for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(digits);
    }

    private static String digits(int length, RandomGenerator random) {
        StringBuilder digits = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            digits.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return digits.toString();
    }
}
