package dev.molink.controlplane.admission;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The leases of this gateway's requests, from their admission to their settlement. Safe for any thread. */
final class RunningLeases {

    private final Map<String, QuotaLease> leases = new ConcurrentHashMap<>();
    private final Duration grace;
    private final LocalShares shares;

    /** @param grace how long an answered request may go without its settlement */
    RunningLeases(LocalShares shares, Duration grace) {
        this.shares = shares;
        this.grace = grace;
    }

    void add(QuotaLease lease) {
        leases.put(lease.requestId(), lease);
    }

    void remove(QuotaLease lease) {
        leases.remove(lease.requestId(), lease);
    }

    @Nullable
    QuotaLease find(String requestId) {
        return leases.get(requestId);
    }

    /** Gives up leases whose settlement does not come; while the database does not answer, none can. */
    void expire(long nowNanos) {
        if (shares.reachable()) {
            leases.values().stream()
                    .filter(lease -> lease.overdue(nowNanos, grace))
                    .forEach(QuotaLease::abandon);
        }
    }

    int count() {
        return leases.size();
    }
}
