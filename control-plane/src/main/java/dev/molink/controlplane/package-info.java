/** Tenancy, keys, usage and fleet: the state that gateways and consoles share. */
@NullMarked
package dev.molink.controlplane;

import org.jspecify.annotations.NullMarked;
