package dev.molink.controlplane.profit;

/**
 * What a node cost while it was part of the fleet and computed nothing for anybody.
 *
 * @param presentNanos time in the fleet, in whole minutes as the gateways saw it
 * @param busyNanos computing time, whatever for
 * @param idleNanos present − busy, at least 0
 */
public record IdleCost(String nodeId, long presentNanos, long busyNanos, long idleNanos, Amounts cost) {}
