package dev.molink.controlplane.admission;

import dev.molink.controlplane.admission.Admission.Reason;
import dev.molink.controlplane.admission.LimitMetric.Unit;
import dev.molink.controlplane.admission.LocalShares.Outcome;
import dev.molink.controlplane.admission.RateLimitState.Window;
import dev.molink.controlplane.pricing.PriceRule;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Admissions from this gateway's shares. */
final class QuotaAdmissions implements Admissions {

    /** When a running request may have ended, or the database answer again. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final LimitBook book;
    private final Wallets wallets;
    private final Parts parts;

    /** What leases need as well. */
    record Parts(
            LocalShares shares, Windows windows, DatabaseTime time, RunningLeases leases, LimitSettings settings) {}

    QuotaAdmissions(LimitBook book, Wallets wallets, Parts parts) {
        this.book = book;
        this.wallets = wallets;
        this.parts = parts;
    }

    @Override
    public Admission admit(AdmissionRequest request) throws InterruptedException {
        Instant now = parts.time().now();
        List<Limited> limited = limited(request, now);
        Demand demand = new Demand(request.price(), request.promptTokens());
        long covered = Math.min(parts.settings().leaseTokens(), request.maxGeneratedTokens());
        QuotaLease lease = new QuotaLease(request, demand, limited, now, covered, parts);
        List<Need> needs = limited.stream()
                .map(each -> new Need(each.bound(), each.capacity(), demand.of(each.metric(), covered)))
                .toList();
        Outcome outcome = parts.shares()
                .take(
                        needs,
                        parts.settings().returnWait().toNanos(),
                        parts.settings().maxWaiting());
        return switch (outcome) {
            case Outcome.Taken taken -> {
                taken.holdings().forEach(lease::hold);
                if (!limited.isEmpty()) {
                    parts.leases().add(lease);
                }
                yield new Admission.Admitted(lease, limits(limited));
            }
            case Outcome.Lacking lack -> refused(lack, needs, limits(limited));
        };
    }

    @Override
    public RateLimitState limits(String organizationId, String projectId, String apiKeyId) {
        Instant now = parts.time().now();
        List<Limited> limited = new ArrayList<>();
        for (LimitOwner owner : List.of(
                LimitOwner.organization(organizationId), LimitOwner.project(projectId), LimitOwner.key(apiKeyId))) {
            addLimited(owner, null, now, limited);
        }
        return limits(limited);
    }

    private List<Limited> limited(AdmissionRequest request, Instant now) {
        PriceRule price = request.price();
        List<Limited> limited = new ArrayList<>();
        for (LimitOwner owner : List.of(
                LimitOwner.organization(request.organizationId()),
                LimitOwner.project(request.projectId()),
                LimitOwner.key(request.apiKeyId()),
                LimitOwner.model(request.projectId(), request.model()))) {
            addLimited(owner, price, now, limited);
        }
        if (price != null && wallets.prepaid(request.organizationId(), price.currency())) {
            limited.add(new Limited(
                    parts.windows()
                            .bound(
                                    LimitOwner.organization(request.organizationId()),
                                    LimitMetric.WALLET,
                                    price.currency(),
                                    now),
                    null));
        }
        return limited;
    }

    private void addLimited(LimitOwner owner, @Nullable PriceRule price, Instant now, List<Limited> limited) {
        for (UsageLimit limit : book.of(owner)) {
            if (holds(limit, price)) {
                limited.add(new Limited(
                        parts.windows().bound(owner, limit.metric(), limit.currency(), now), limit.amount()));
            }
        }
    }

    private static boolean holds(UsageLimit limit, @Nullable PriceRule price) {
        return limit.mode() == UsageLimit.Mode.HARD
                && (!limit.metric().money()
                        || (price != null && price.currency().equals(limit.currency())));
    }

    private Admission refused(Outcome.Lacking lack, List<Need> needs, RateLimitState limits) {
        Need need = lack.need();
        return switch (lack.cause()) {
            case UNAVAILABLE ->
                new Admission.Refused(Reason.UNAVAILABLE, LimitSentences.unavailable(need), SOON, limits);
            case CROWDED ->
                new Admission.Refused(need.bound().metric().reason(), LimitSentences.crowded(need, SOON), SOON, limits);
            case REACHED -> reached(longest(need, needs), limits);
        };
    }

    /** What is needed that takes longest to come, where it lacks as well. */
    private Need longest(Need lacking, List<Need> needs) {
        return needs.stream()
                .filter(need ->
                        need.equals(lacking) || hopeless(need) || parts.shares().excludes(need))
                .max(Comparator.comparing(need -> Objects.requireNonNullElse(retryAfter(need), NEVER)))
                .orElse(lacking);
    }

    private Admission reached(Need need, RateLimitState limits) {
        Duration retryAfter = retryAfter(need);
        boolean reserved = !hopeless(need) && !parts.shares().excludes(need);
        BigDecimal remaining = parts.shares().remaining(need.bound(), need.amount());
        return new Admission.Refused(
                need.bound().metric().reason(),
                LimitSentences.refused(need, remaining, reserved, retryAfter),
                retryAfter,
                limits);
    }

    /** Null: not by waiting. What running requests reserve comes back nobody knows when, but soon. */
    private @Nullable Duration retryAfter(Need need) {
        if (hopeless(need)) {
            return null;
        }
        boolean endless = need.bound().end().equals(Instant.MAX);
        if (!parts.shares().excludes(need)) {
            Duration left = need.bound().left(parts.time().now());
            return endless || left.compareTo(SOON) > 0 ? SOON : left;
        }
        return endless ? null : need.bound().left(parts.time().now());
    }

    private static boolean hopeless(Need need) {
        return need.capacity() != null && need.amount().compareTo(need.capacity()) > 0;
    }

    private RateLimitState limits(List<Limited> limited) {
        return new RateLimitState(tightest(limited, Unit.REQUESTS), tightest(limited, Unit.TOKENS));
    }

    private @Nullable Window tightest(List<Limited> limited, Unit unit) {
        Window tightest = null;
        for (Limited each : limited) {
            BigDecimal capacity = each.capacity();
            if (each.metric().unit() == unit && capacity != null) {
                BigDecimal remaining = parts.shares().remaining(each.bound(), capacity);
                if (tightest == null || remaining.longValue() < tightest.remaining()) {
                    tightest = new Window(
                            capacity.longValue(),
                            remaining.longValue(),
                            each.bound().left(parts.time().now()));
                }
            }
        }
        return tightest;
    }
}
