package dev.molink.controlplane.admission;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.storage.Transactions;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The limits that somebody has set. A change holds on every replica within a second. */
public final class UsageLimits {

    private static final int MONEY_SCALE = 12;
    private static final BigDecimal LARGEST_MONEY = new BigDecimal("1000000000000000");
    private static final BigDecimal LARGEST_COUNT = BigDecimal.valueOf(Long.MAX_VALUE);

    private final LimitRows rows;
    private final JdbcClient database;
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final InstantSource clock;

    UsageLimits(
            LimitRows rows,
            JdbcClient database,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        this.rows = rows;
        this.database = database;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /** All limits of an organization and of its projects, keys and models. */
    public List<UsageLimit> ofOrganization(String organizationId) {
        return rows.ofOrganization(organizationId);
    }

    public Optional<UsageLimit> find(String limitId) {
        return rows.find(limitId);
    }

    /** @param currency empty unless the metric is money */
    public Optional<UsageLimit> find(LimitOwner owner, LimitMetric metric, String currency) {
        return rows.find(owner, metric, currency);
    }

    /**
     * The organization that an owner belongs to.
     *
     * @throws RefusedException when there is no such owner
     */
    public String organizationOf(LimitOwner owner) {
        String query = switch (owner.kind()) {
            case ORGANIZATION -> "SELECT id FROM organization WHERE id = :id";
            case PROJECT, MODEL -> "SELECT organization_id FROM project WHERE id = :id";
            case KEY ->
                "SELECT project.organization_id FROM project JOIN api_key ON api_key.project_id = project.id"
                        + " WHERE api_key.id = :id";
        };
        return database.sql(query)
                .param("id", owner.ownerId())
                .query(String.class)
                .optional()
                .orElseThrow(() -> new RefusedException(Reason.NOT_FOUND, "there is no %s".formatted(owner.words())));
    }

    /**
     * Sets a limit, whether there was one or not. Runs in the caller's transaction if there is one.
     *
     * @param currency ISO 4217 where the metric is money, else empty
     * @throws RefusedException when the owner does not exist or the amount or mode is not allowed for the metric
     */
    public UsageLimit set(
            LimitOwner owner, LimitMetric metric, BigDecimal amount, UsageLimit.Mode mode, String currency) {
        check(metric, amount, mode, currency);
        return transactions.run(() -> {
            rows.changed();
            Optional<UsageLimit> before = rows.find(owner, metric, currency);
            UsageLimit after = new UsageLimit(
                    before.map(UsageLimit::limitId).orElseGet(() -> identifiers.next("limit")),
                    organizationOf(owner),
                    owner,
                    metric,
                    amount,
                    mode,
                    currency,
                    clock.instant());
            if (before.isPresent()) {
                rows.update(after);
            } else {
                rows.insert(after);
            }
            return after;
        });
    }

    /** Removes a limit; false when there was none. Runs in the caller's transaction if there is one. */
    public boolean remove(String limitId) {
        return transactions.run(() -> {
            rows.changed();
            boolean there = rows.find(limitId).isPresent();
            rows.delete(limitId);
            return there;
        });
    }

    private static void check(LimitMetric metric, BigDecimal amount, UsageLimit.Mode mode, String currency) {
        if (metric == LimitMetric.WALLET) {
            throw refused("a wallet is filled with credits; it has no limit that could be set");
        }
        BigDecimal largest = metric.money() ? LARGEST_MONEY : LARGEST_COUNT;
        int scale = metric.money() ? MONEY_SCALE : 0;
        if (amount.signum() < 0
                || amount.compareTo(largest) > 0
                || amount.stripTrailingZeros().scale() > scale) {
            throw refused("the limit of %s is 0 to %s with at most %d decimals, but it is %s"
                    .formatted(metric.words(), largest.toPlainString(), scale, amount.toPlainString()));
        }
        if (!metric.money() && mode != UsageLimit.Mode.HARD) {
            throw refused("the mode of a limit of %s is HARD, but it is %s".formatted(metric.words(), mode));
        }
        if (metric.money() != currency.matches("[A-Z]{3}") || (!metric.money() && !currency.isEmpty())) {
            throw refused(
                    metric.money()
                            ? "the currency has three capital letters, but it is '%s'".formatted(currency)
                            : "a limit of %s has no currency, but it is '%s'".formatted(metric.words(), currency));
        }
    }

    private static RefusedException refused(String message) {
        return new RefusedException(Reason.INVALID_VALUE, message);
    }
}
