package dev.molink.bench.fleet;

import java.util.List;

/**
 * A run of a fleet over a trace.
 *
 * @param requests in the order of their arrivals
 * @param durationNanos from the beginning to the last token
 * @param linkBusyShare of each link between two stages, forward: time that bytes go out ÷ duration
 * @param stageBusyShare of each stage: time that it computes ÷ duration
 * @param wireBytes that went forward over all links between two stages
 */
public record FleetRun(
        List<RequestTiming> requests,
        long durationNanos,
        List<Double> linkBusyShare,
        List<Double> stageBusyShare,
        long wireBytes) {

    public FleetRun {
        requests = List.copyOf(requests);
        linkBusyShare = List.copyOf(linkBusyShare);
        stageBusyShare = List.copyOf(stageBusyShare);
    }
}
