package dev.molink.controlplane;

import dev.molink.controlplane.RefusedException.Reason;

/** What people may call things. */
public final class Names {

    /** The most characters. */
    public static final int MAX_LENGTH = 100;

    private Names() {}

    /**
     * The name without surrounding blanks.
     *
     * @param what is named, for the message
     * @throws RefusedException when it is empty, too long, or has control characters
     */
    public static String require(String what, String name) {
        String stripped = name.strip();
        if (stripped.isEmpty() || stripped.length() > MAX_LENGTH) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "the name of %s has 1 to %d characters, but this one has %d"
                            .formatted(what, MAX_LENGTH, stripped.length()),
                    "name");
        }
        if (stripped.codePoints().anyMatch(Character::isISOControl)) {
            throw new RefusedException(
                    Reason.INVALID_VALUE, "the name of %s must not contain control characters".formatted(what), "name");
        }
        return stripped;
    }
}
