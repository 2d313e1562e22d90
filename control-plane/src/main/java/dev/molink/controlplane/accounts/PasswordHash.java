package dev.molink.controlplane.accounts;

/** The hash of a password that is allowed, on its way into an account. */
public final class PasswordHash {

    private final String text;

    PasswordHash(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
