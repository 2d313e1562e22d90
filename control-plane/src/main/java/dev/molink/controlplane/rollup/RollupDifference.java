package dev.molink.controlplane.rollup;

import java.util.Map;

/**
 * A row of sums that does not agree with the usage records.
 *
 * @param key what its requests have in common, by column
 * @param recorded what the records say
 * @param summed what the row says
 */
public record RollupDifference(String table, Map<String, String> key, UsageSums recorded, UsageSums summed) {}
