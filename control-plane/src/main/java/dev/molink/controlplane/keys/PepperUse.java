package dev.molink.controlplane.keys;

/** How many keys are digested under a pepper. */
record PepperUse(String pepperId, long keys) {}
