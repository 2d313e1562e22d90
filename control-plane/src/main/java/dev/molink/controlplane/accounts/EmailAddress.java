package dev.molink.controlplane.accounts;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.util.Locale;
import java.util.regex.Pattern;

/** Addresses of people. Whether somebody reads what is sent there, only a message shows. */
public final class EmailAddress {

    private static final int MAX_LENGTH = 254; // RFC 5321, section 4.5.3.1.3, without the brackets
    private static final Pattern FORM = Pattern.compile("[^\\s@<>\"(),;:\\\\]+@[^\\s@<>\"(),;:\\\\]+");

    private EmailAddress() {}

    /** Whether the text can be an address. */
    public static boolean isWellFormed(String text) {
        return text.length() <= MAX_LENGTH && FORM.matcher(text).matches();
    }

    /**
     * The address without surrounding blanks, in lower case.
     *
     * @throws RefusedException when it has another form than {@code name@host}, or is too long
     */
    public static String require(String text) {
        String stripped = text.strip();
        if (!isWellFormed(stripped)) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "an e-mail address has the form name@host and at most %d characters, but this one is '%s'"
                            .formatted(MAX_LENGTH, cut(stripped)),
                    "email");
        }
        return stripped.toLowerCase(Locale.ROOT);
    }

    private static String cut(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }
}
