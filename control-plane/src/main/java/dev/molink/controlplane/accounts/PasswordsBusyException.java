package dev.molink.controlplane.accounts;

/** Too many passwords are being checked at this moment; trying again later helps. */
public final class PasswordsBusyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PasswordsBusyException(String message) {
        super(message);
    }
}
