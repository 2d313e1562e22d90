package dev.molink.controlplane.profit;

import java.util.List;

/**
 * Revenue, cost and margin of a time.
 *
 * @param lines by key
 * @param truncated whether there are more lines than were asked for
 * @param total over all requests, those without a line included
 * @param idle of nodes, apart from everything else; empty for the report of one tenant
 */
public record ProfitReport(List<ProfitLine> lines, boolean truncated, ProfitLine total, List<IdleCost> idle) {

    public ProfitReport {
        lines = List.copyOf(lines);
        idle = List.copyOf(idle);
    }
}
