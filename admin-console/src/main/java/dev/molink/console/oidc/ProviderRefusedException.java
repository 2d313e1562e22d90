package dev.molink.console.oidc;

import dev.molink.controlplane.members.ProviderLogin.Cause;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;

/** The identity provider knows the person, but the console does not let them in. */
public final class ProviderRefusedException extends OAuth2AuthenticationException {

    private static final long serialVersionUID = 1L;

    private final Cause reason;

    ProviderRefusedException(Cause reason) {
        super(new OAuth2Error("access_denied"), "the provider's person stays out: " + reason);
        this.reason = reason;
    }

    public Cause reason() {
        return reason;
    }
}
