package dev.molink.controlplane;

import java.util.random.RandomGenerator;

/** Random ids such as {@code proj_3k9f…}: a prefix that tells what it is, and 100 random bits. */
public final class Identifiers {

    private static final String ALPHABET = "0123456789abcdefghijkmnpqrstuvwx";
    private static final int LENGTH = 20;

    private final RandomGenerator random;

    /** @param random must be unpredictable where ids are shown to strangers */
    public Identifiers(RandomGenerator random) {
        this.random = random;
    }

    public String next(String prefix) {
        return prefix + "_" + text(LENGTH);
    }

    /** {@code length} random characters, five bits each, without those that are easily misread. */
    public String text(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
