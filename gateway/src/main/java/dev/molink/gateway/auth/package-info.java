/** Who calls: API keys on the public paths. */
@NullMarked
package dev.molink.gateway.auth;

import org.jspecify.annotations.NullMarked;
