package dev.molink.console.login;

import org.springframework.security.core.AuthenticationException;

/** Too many people log in at this moment. */
final class BusyException extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    BusyException(Throwable cause) {
        super("too many logins at once", cause);
    }
}
