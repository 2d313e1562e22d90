package dev.molink.controlplane.usage;

import java.util.List;

/**
 * A part of the books that changes with the end of requests. Steps run in the order of their beans, in the transaction that
 * writes the usage records: either all of it is durable or nothing. Rows that several requests share are locked in the order
 * of their keys.
 */
public interface SettlementStep {

    /** @param settled only records that are new or changed; a repetition never comes here */
    void apply(List<SettledUsage> settled);
}
