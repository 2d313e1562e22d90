package dev.molink.console.login;

import org.springframework.security.core.AuthenticationException;

/** Too many logins failed lately; this one was not even tried. */
final class TooManyAttemptsException extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    TooManyAttemptsException() {
        super("too many failed logins");
    }
}
