package dev.molink.controlplane.admission;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A time that stands until it is moved, for replicas and the database alike. */
final class StandingTime {

    final List<BudgetEvents.Crossing> told = new ArrayList<>();
    private final Instant start;
    private long nanos = 7;

    StandingTime(Instant start) {
        this.start = start;
    }

    Instant now() {
        return start.plusNanos(nanos - 7);
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }

    /** A replica that has worked once; it works on when it is asked to. */
    Standing replica(Replicas tenant) {
        StandingStore store = new StandingStore(tenant.store(), this);
        LimitReplica replica = tenant.replica(
                Replicas.settings(Duration.ZERO, new BigDecimal("0.02")), () -> nanos, store, List.of(told::add));
        replica.keeper().work();
        return new Standing(this, tenant, replica, store);
    }
}
