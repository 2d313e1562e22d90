package dev.molink.controlplane.profit;

/** What a report tells apart. */
public enum Grouping {
    /** Organizations. */
    TENANT,
    MODEL,
    PIPELINE,
    /** The hour, in UTC, in which requests finished. */
    HOUR,
    REQUEST
}
