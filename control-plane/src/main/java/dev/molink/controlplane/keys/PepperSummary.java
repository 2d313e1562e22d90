package dev.molink.controlplane.keys;

/**
 * A pepper, without its secret.
 *
 * @param current whether new keys are digested under it
 * @param validKeys how many keys that still work need it
 */
public record PepperSummary(String id, boolean current, long validKeys) {}
