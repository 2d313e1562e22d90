package dev.molink.controlplane.admission;

import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.usage.SettledUsage;
import dev.molink.controlplane.usage.SettlementStep;
import dev.molink.controlplane.usage.UsageRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Counts what ended requests used, in the transaction that writes their records: from the shares of the leases that they
 * have here, and without a share where there is none, because the gateway that admitted them died. Spend per month is counted
 * for every owner, limited or not, so that a budget that is set in the middle of a month knows what was spent before.
 */
final class LimitSettlement implements SettlementStep {

    private final RunningLeases leases;
    private final LimitBook book;
    private final Windows windows;
    private final SettledBounds bounds;
    private final SettlementActivity activity;

    LimitSettlement(
            RunningLeases leases, LimitBook book, Windows windows, SettledBounds bounds, SettlementActivity activity) {
        this.leases = leases;
        this.book = book;
        this.windows = windows;
        this.bounds = bounds;
        this.activity = activity;
    }

    /** A lease, and what its settlement takes of what it reserved. */
    private record Ending(QuotaLease lease, Map<Bound, BigDecimal> moved, long tokens) {}

    @Override
    public void apply(List<SettledUsage> settled) {
        Map<Bound, SettledBounds.Change> changes = new HashMap<>();
        List<Ending> endings = new ArrayList<>();
        for (SettledUsage each : settled) {
            QuotaLease lease =
                    each.replaced() == null ? leases.find(each.record().requestId()) : null;
            Map<Bound, BigDecimal> used = used(each, countedAt(each, lease));
            if (lease != null) {
                endings.add(ending(lease, each, used));
            }
            used.forEach((bound, amount) -> changes.merge(
                    bound, new SettledBounds.Change(amount, BigDecimal.ZERO), SettledBounds.Change::plus));
        }
        for (Ending ending : endings) {
            ending.moved.forEach((bound, amount) -> changes.merge(
                    bound, new SettledBounds.Change(BigDecimal.ZERO, amount), SettledBounds.Change::plus));
        }
        afterwards(endings);
        FailPoint.pass("limits.before-settle");
        bounds.change(changes);
        FailPoint.pass("limits.after-settle");
    }

    /**
     * In whose windows it counts. What replaces a gateway's own record counts where that did: the gateway wrote down when the
     * request was admitted, while the head's clock may tell another day.
     */
    private static Instant countedAt(SettledUsage settled, @Nullable QuotaLease lease) {
        UsageRecord replaced = settled.replaced();
        if (replaced != null) {
            return replaced.receivedAt();
        }
        return lease == null ? settled.record().receivedAt() : lease.admittedAt();
    }

    /** What the request used of each bound that records settle. A wallet's balance is the ledger's to change. */
    private Map<Bound, BigDecimal> used(SettledUsage settled, Instant when) {
        UsageRecord usage = settled.record();
        Map<Bound, BigDecimal> used = new HashMap<>();
        for (LimitOwner owner : owners(usage)) {
            spend(used, owner, usage, when, true);
            if (settled.replaced() != null) {
                spend(used, owner, settled.replaced(), when, false);
            }
            for (UsageLimit limit : book.of(owner)) {
                if (limit.metric().window() == LimitMetric.Window.DAY) {
                    used.put(
                            windows.bound(owner, limit.metric(), "", when),
                            counted(limit.metric(), usage).subtract(counted(limit.metric(), settled.replaced())));
                }
            }
        }
        used.values().removeIf(amount -> amount.signum() == 0);
        return used;
    }

    private void spend(Map<Bound, BigDecimal> used, LimitOwner owner, UsageRecord usage, Instant when, boolean adds) {
        BigDecimal charge = usage.charge();
        String currency = usage.currency();
        if (charge != null && currency != null) {
            used.merge(
                    windows.bound(owner, LimitMetric.BUDGET_PER_MONTH, currency, when),
                    adds ? charge : charge.negate(),
                    BigDecimal::add);
        }
    }

    private static List<LimitOwner> owners(UsageRecord usage) {
        return List.of(
                LimitOwner.organization(usage.organizationId()),
                LimitOwner.project(usage.projectId()),
                LimitOwner.key(usage.apiKeyId()),
                LimitOwner.model(usage.projectId(), usage.model()));
    }

    private static BigDecimal counted(LimitMetric metric, @Nullable UsageRecord usage) {
        if (usage == null) {
            return BigDecimal.ZERO;
        }
        return metric.unit() == LimitMetric.Unit.REQUESTS ? BigDecimal.ONE : BigDecimal.valueOf(tokens(usage));
    }

    private static long tokens(UsageRecord usage) {
        return Math.addExact(usage.promptTokens(), usage.generatedTokens());
    }

    private Ending ending(QuotaLease lease, SettledUsage settled, Map<Bound, BigDecimal> used) {
        UsageRecord usage = settled.record();
        Map<Bound, BigDecimal> moved = new HashMap<>();
        lease.reservations().forEach((bound, reserved) -> {
            BigDecimal actual =
                    bound.metric().money() ? charged(usage, bound.currency()) : counted(bound.metric(), usage);
            moved.put(bound, reserved.min(actual));
            if (bound.metric() != LimitMetric.WALLET && actual.signum() > 0) {
                // the limit may have been removed meanwhile; what was reserved under it is settled all the same
                used.putIfAbsent(bound, actual);
            }
        });
        return new Ending(lease, moved, tokens(usage));
    }

    private static BigDecimal charged(UsageRecord usage, String currency) {
        BigDecimal charge = usage.charge();
        return charge == null || !currency.equals(usage.currency()) ? BigDecimal.ZERO : charge;
    }

    /** Leases end in memory once it is known that their settlement is durable. */
    private void afterwards(List<Ending> endings) {
        activity.begin();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                for (Ending ending : endings) {
                    if (status == STATUS_COMMITTED) {
                        ending.lease.settled(ending.moved, ending.tokens);
                    } else if (status == STATUS_UNKNOWN) {
                        ending.lease.doubt();
                    }
                }
                activity.end();
            }
        });
    }
}
