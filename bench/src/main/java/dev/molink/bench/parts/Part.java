package dev.molink.bench.parts;

/** A part of a request's way through the gateway that can be left out to see what it costs. */
public enum Part {
    /** Of the key: every request is the demo's. */
    AUTHENTICATION,
    /** Rate limits and budgets: none are set, as with a tenant that has none. */
    LIMITS,
    /** The lease and all else that admission does, with the limits. */
    RESERVATION,
    /** The usage record with all that is booked with it; the head's report is acknowledged at once. */
    SETTLEMENT
}
