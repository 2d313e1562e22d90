package dev.molink.console.login;

import java.util.Arrays;
import java.util.Optional;

/** Why the login page is shown again. */
enum LoginOutcome {
    FAILED,
    THROTTLED,
    EXPIRED,
    LOGGED_OUT;

    /** The outcome that the page's parameter names; empty for any other text. */
    static Optional<LoginOutcome> named(String name) {
        return Arrays.stream(values())
                .filter(outcome -> outcome.name().equals(name))
                .findFirst();
    }

    /** The address of the login page that tells it. */
    String page() {
        return LoginController.PATH + "?outcome=" + name();
    }
}
