package dev.molink.console.login;

import org.springframework.security.core.AuthenticationException;

/** Somebody with the right password who has no role anywhere. */
final class NoRoleException extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    NoRoleException() {
        super("the account has no role");
    }
}
