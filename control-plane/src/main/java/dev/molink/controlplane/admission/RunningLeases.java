package dev.molink.controlplane.admission;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The leases of this gateway's requests, from their admission to their settlement. Safe for any thread. */
final class RunningLeases {

    private final Map<String, QuotaLease> leases = new ConcurrentHashMap<>();
    private final Duration grace;
    private final LocalShares shares;
    private volatile BooleanSupplier recordsWait = () -> false;
    /** Since when nothing has kept settlements from coming, by the monotonic clock; of the keeper's thread. */
    private long clearSinceNanos;

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

    /** @param wait whether usage records wait somewhere for the database */
    void settleAfter(BooleanSupplier wait) {
        recordsWait = wait;
    }

    /** Settlements could not come until now. */
    void hindered(long nowNanos) {
        clearSinceNanos = nowNanos;
    }

    /**
     * Gives up leases whose settlement does not come. Their grace counts only while one could: the database answers, and no
     * usage record waits for it on the disk. Else others would spend what a waiting record has used.
     */
    void expire(long nowNanos) {
        if (!shares.reachable() || recordsWait.getAsBoolean()) {
            hindered(nowNanos);
        }
        if (nowNanos - clearSinceNanos > grace.toNanos()) {
            leases.values().stream()
                    .filter(lease -> lease.overdue(nowNanos, grace))
                    .forEach(QuotaLease::abandon);
        }
    }

    int count() {
        return leases.size();
    }
}
