package dev.molink.controlplane.profit;

import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.storage.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The versions of what nodes cost. A version is added, never changed. */
public final class CostProfiles {

    private final CostProfileRows rows;
    private final Transactions transactions;
    private final InstantSource clock;

    CostProfiles(CostProfileRows rows, Transactions transactions, InstantSource clock) {
        this.rows = rows;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Every version, by node and date.
     *
     * @param nodeId null: of all nodes
     */
    public List<CostProfile> versions(@Nullable String nodeId) {
        return rows.all().stream()
                .filter(each -> nodeId == null || each.nodeId().equals(nodeId))
                .toList();
    }

    /**
     * Adds a version. Part of the caller's transaction where there is one.
     *
     * @param actorId who adds it
     */
    public CostProfile create(NewCostProfile wanted, String actorId) {
        FailPoint.pass("cost-profiles.before-create");
        CostProfile created = transactions.run(() -> {
            CostProfile profile = profile(wanted, actorId);
            rows.insert(profile);
            return profile;
        });
        FailPoint.pass("cost-profiles.after-create");
        return created;
    }

    private CostProfile profile(NewCostProfile wanted, String actorId) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant from = wanted.effectiveFrom();
        return new CostProfile(
                wanted.nodeId(),
                rows.nextVersion(wanted.nodeId()),
                from == null ? now : from.truncatedTo(ChronoUnit.MICROS),
                wanted.cost(),
                wanted.pricePerGigabyte(),
                wanted.currency(),
                now,
                actorId);
    }

    /** What holds when, as of now. */
    public CostBook book() {
        return CostBook.of(rows.all());
    }
}
