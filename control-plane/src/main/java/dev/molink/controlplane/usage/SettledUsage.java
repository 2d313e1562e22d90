package dev.molink.controlplane.usage;

import org.jspecify.annotations.Nullable;

/**
 * The record of a request that the current transaction has written.
 *
 * @param replaced the gateway's own record that the head's report has just replaced: what was charged by it is reversed
 *     first; null for a new record
 */
public record SettledUsage(UsageRecord record, @Nullable UsageRecord replaced) {}
