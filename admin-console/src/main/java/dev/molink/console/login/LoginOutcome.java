package dev.molink.console.login;

import java.util.Arrays;
import java.util.Optional;

/** Why the login page is shown again. */
public enum LoginOutcome {
    FAILED,
    THROTTLED,
    BUSY,
    EXPIRED,
    NO_ROLE,
    LOGGED_OUT,
    ACCEPTED,
    PROVIDER_UNREACHABLE,
    PROVIDER_FAILED,
    PROVIDER_DEACTIVATED,
    PROVIDER_EMAIL_UNVERIFIED,
    PROVIDER_NO_ACCOUNT,
    PROVIDER_NO_ROLE,
    PROVIDER_SOMEBODY_ELSE;

    /** The outcome that the page's parameter names; empty for any other text. */
    static Optional<LoginOutcome> named(String name) {
        return Arrays.stream(values())
                .filter(outcome -> outcome.name().equals(name))
                .findFirst();
    }

    /** The address of the login page that tells it. */
    public String page() {
        return LoginController.PATH + "?outcome=" + name();
    }
}
