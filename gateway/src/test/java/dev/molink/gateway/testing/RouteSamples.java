package dev.molink.gateway.testing;

import dev.molink.gateway.testing.RouteSample.Registry;

/**
 * What the matrix of roles and routes must know of one part's routes. Every class of the tests under {@code
 * dev.molink.gateway} that implements this and has a constructor without parameters is found by itself.
 */
public interface RouteSamples {

    /** Says how values for path variables are made, and which query or body a route needs. */
    void describe(Registry registry);
}
