package dev.molink.controlplane.admission;

import dev.molink.controlplane.admission.LocalShares.Holding;
import dev.molink.controlplane.admission.LocalShares.Outcome;
import dev.molink.controlplane.admission.Share.Want;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A lease on this gateway's shares. {@link #cover} belongs to the thread that answers; holdings change under the lock of
 * {@link LocalShares} only.
 *
 * <p>Money is taken before the tokens that it pays for are delivered, and a stream ends where none is left. Tokens per minute
 * and day are taken on as far as there are any, in the window in which they are generated: a rate holds back requests, not
 * streams that run.
 */
final class QuotaLease implements Lease {

    private final AdmissionRequest request;
    private final Demand demand;
    private final List<Limited> limited;
    private final LocalShares shares;
    private final Windows windows;
    private final DatabaseTime time;
    private final RunningLeases leases;
    private final LimitSettings settings;
    private final Instant admittedAt;
    private final List<Holding> holdings = new ArrayList<>();
    private volatile long covered;
    private volatile @Nullable Refusal refusal;
    private @Nullable Want want;
    private volatile long answeredNanos;
    private volatile boolean answered;
    private boolean over;

    QuotaLease(
            AdmissionRequest request,
            Demand demand,
            List<Limited> limited,
            Instant admittedAt,
            long covered,
            QuotaAdmissions.Parts parts) {
        this.request = request;
        this.demand = demand;
        this.limited = limited;
        // as exact as the record's time comes back from the database
        this.admittedAt = admittedAt.truncatedTo(ChronoUnit.MICROS);
        this.covered = limited.stream().anyMatch(Limited::growsWithTokens) ? covered : request.maxGeneratedTokens();
        this.shares = parts.shares();
        this.windows = parts.windows();
        this.time = parts.time();
        this.leases = parts.leases();
        this.settings = parts.settings();
    }

    /** Within the lock. */
    void hold(Holding holding) {
        holdings.add(holding);
    }

    @Override
    public String requestId() {
        return request.requestId();
    }

    @Override
    public Instant admittedAt() {
        return admittedAt;
    }

    @Override
    public boolean cover(long generatedTokens) {
        long wanted = Math.min(generatedTokens, request.maxGeneratedTokens());
        if (wanted + settings.leaseTokens() / 2 > covered && covered < request.maxGeneratedTokens() && !answered) {
            extend(wanted);
        }
        return covered >= wanted;
    }

    /** As much as is usual, or as there is; waits only for tokens that are generated already. */
    private void extend(long generatedTokens) {
        long most = Math.min(
                Math.max(settings.leaseTokens(), generatedTokens - covered), request.maxGeneratedTokens() - covered);
        long taken = takeUpTo(most);
        if (taken < most) {
            want = shares.ask(want, needs(1, true), needs(most - taken, true));
        }
        while (covered < generatedTokens && awaitOneMore()) {
            extended(1);
        }
    }

    /** First all of it, then less and less. */
    private long takeUpTo(long most) {
        for (long more = most; more > 0; more /= 2) {
            if (shares.takeNow(needs(more, true), this::hold)) {
                extended(more);
                return more;
            }
        }
        return 0;
    }

    private boolean awaitOneMore() {
        try {
            // a stream has its thread already: however many wait, it may
            Outcome outcome = shares.take(needs(1, true), settings.returnWait().toNanos(), Integer.MAX_VALUE);
            return switch (outcome) {
                case Outcome.Taken taken -> {
                    shares.change(() -> holdings.addAll(taken.holdings()));
                    yield true;
                }
                case Outcome.Lacking lack -> {
                    refusal = refusal(lack);
                    yield false;
                }
            };
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            refusal = new Refusal(Cause.STOPPING, "The answer ends here because the server is stopping.");
            return false;
        }
    }

    private static Refusal refusal(Outcome.Lacking lack) {
        return switch (lack.cause()) {
            case REACHED, CROWDED -> new Refusal(Cause.BUDGET, LimitSentences.ended(lack.need()));
            case UNAVAILABLE -> new Refusal(Cause.DATABASE_UNAVAILABLE, LimitSentences.endedUnknowing(lack.need()));
        };
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread answers the client, and it alone extends
    private void extended(long more) {
        shares.takeSome(needs(more, false), this::hold);
        covered += more;
    }

    /** What {@code more} tokens take of the bounds that end streams, or of those that do not. */
    private List<Need> needs(long more, boolean endsStreams) {
        Instant now = time.now();
        return limited.stream()
                .filter(each -> each.growsWithTokens() && each.metric().endsStreams() == endsStreams)
                .map(each -> new Need(
                        each.metric().forfeited() ? windows.bound(each.owner(), each.metric(), "", now) : each.bound(),
                        each.capacity(),
                        demand.of(each.metric(), covered + more).subtract(demand.of(each.metric(), covered))))
                .toList();
    }

    @Override
    public long coveredTokens() {
        return covered;
    }

    @Override
    public @Nullable Refusal refusal() {
        return refusal;
    }

    @Override
    public void answered() {
        answeredNanos = time.nanos();
        answered = true;
        shares.change(() -> {
            List<Holding> slots = holdings.stream()
                    .filter(held -> held.share().bound().metric().unit() == LimitMetric.Unit.SLOTS)
                    .toList();
            slots.forEach(held -> held.share().undo(held.amount()));
            holdings.removeAll(slots);
        });
    }

    boolean overdue(long nowNanos, Duration grace) {
        return answered && nowNanos - answeredNanos > grace.toNanos();
    }

    @Override
    public void end() {
        giveBack(held -> held.share().undo(held.amount()));
    }

    /** No settlement came; what the request used is not known here. */
    void abandon() {
        giveBack(held -> held.share().abandon(held.amount()));
    }

    private void giveBack(Consumer<Holding> way) {
        leases.remove(this);
        shares.change(() -> {
            if (!over) {
                over = true;
                holdings.forEach(way);
                holdings.clear();
            }
        });
    }

    /** What it holds of each bound that records settle, where the rows are still this gateway's. */
    Map<Bound, BigDecimal> reservations() {
        List<Holding> held = new ArrayList<>();
        shares.change(() -> held.addAll(holdings));
        return held.stream()
                .filter(each ->
                        each.share().live() && each.share().bound().metric().settledByRecords())
                .collect(Collectors.toMap(each -> each.share().bound(), Holding::amount, BigDecimal::add));
    }

    /**
     * The settlement is durable.
     *
     * @param moved what it took of each reservation that records settle
     * @param tokens prompt and generated ones
     */
    void settled(Map<Bound, BigDecimal> moved, long tokens) {
        leases.remove(this);
        shares.change(() -> {
            if (!over) {
                over = true;
                distribute(moved, BigDecimal.valueOf(tokens));
                holdings.clear();
            }
        });
    }

    private void distribute(Map<Bound, BigDecimal> moved, BigDecimal tokens) {
        Map<Bound, BigDecimal> left = new HashMap<>(moved);
        Map<LimitOwner, BigDecimal> unplaced = limited.stream()
                .map(Limited::owner)
                .distinct()
                .collect(Collectors.toMap(Function.identity(), _ -> tokens));
        for (Holding held : holdings) {
            Bound bound = held.share().bound();
            BigDecimal used;
            if (bound.metric().settledByRecords()) {
                used = left.getOrDefault(bound, BigDecimal.ZERO).min(held.amount());
                left.computeIfPresent(bound, (_, rest) -> rest.subtract(used));
            } else if (bound.metric() == LimitMetric.TOKENS_PER_MINUTE) {
                used = unplaced.getOrDefault(bound.owner(), BigDecimal.ZERO).min(held.amount());
                unplaced.computeIfPresent(bound.owner(), (_, rest) -> rest.subtract(used));
            } else {
                used = BigDecimal.ZERO;
            }
            held.share().settle(held.amount(), used);
        }
    }

    /** Nobody knows whether the settlement took place; it is tried again. */
    void doubt() {
        shares.change(() -> holdings.forEach(held -> held.share().doubt()));
    }
}
