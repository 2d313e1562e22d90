package dev.molink.controlplane.keys;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A key that is wanted of whichever project.
 *
 * @param lifetime how long it works; null: until it is revoked
 */
public record NewKey(String name, KeyScope scope, @Nullable Duration lifetime) {}
