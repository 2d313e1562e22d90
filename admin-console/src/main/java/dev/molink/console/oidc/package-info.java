/** Logging in through an OpenID Connect provider: its registration, the way there and back, and whom it vouches for. */
@NullMarked
package dev.molink.console.oidc;

import org.jspecify.annotations.NullMarked;
