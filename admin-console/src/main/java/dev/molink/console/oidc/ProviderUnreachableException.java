package dev.molink.console.oidc;

import org.springframework.security.authentication.InternalAuthenticationServiceException;

/** The identity provider does not answer, or not as the one that the settings name. */
public final class ProviderUnreachableException extends InternalAuthenticationServiceException {

    private static final long serialVersionUID = 1L;

    ProviderUnreachableException(String message) {
        super(message);
    }

    ProviderUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
