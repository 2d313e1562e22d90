package dev.molink.controlplane.pricing;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.storage.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The versions of prices. A version is added, never changed; one that is not yet in force may be withdrawn. Nothing takes
 * effect in the past, so what a request was told at its admission was the price.
 */
public final class Prices {

    private final PriceRows rows;
    private final StoredPriceBook book;
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final InstantSource clock;

    Prices(
            PriceRows rows,
            StoredPriceBook book,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        this.rows = rows;
        this.book = book;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /**
     * Every version, by model, organization and date.
     *
     * @param model null: of all models
     * @param organizationId those that hold for this organization: its own and everybody's; null: of all
     */
    public List<PriceVersion> versions(@Nullable String model, @Nullable String organizationId) {
        return transactions.run(rows::all).stream()
                .filter(version -> model == null || version.rule().model().equals(model))
                .filter(version -> organizationId == null
                        || version.rule().organizationId() == null
                        || organizationId.equals(version.rule().organizationId()))
                .toList();
    }

    public Optional<PriceVersion> find(String ruleId) {
        return transactions.run(() -> rows.find(ruleId));
    }

    /**
     * Adds a version. On this replica it is known at once, on the others within a second.
     *
     * @throws RefusedException when it would hold from the past on or another holds from the same instant
     *     on
     */
    public PriceVersion create(NewPrice price, String actorId) {
        FailPoint.pass("prices.before-create");
        PriceVersion created = changing(() -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            PriceVersion version = version(price, now, actorId);
            requirePlace(version.rule(), now);
            rows.insert(version);
            return version;
        });
        FailPoint.pass("prices.after-create");
        return created;
    }

    /**
     * Takes back a version that is not yet in force.
     *
     * @throws RefusedException when there is none, or it is in force already or withdrawn
     */
    public PriceVersion withdraw(String ruleId, String actorId) {
        FailPoint.pass("prices.before-withdraw");
        PriceVersion withdrawn = changing(() -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            PriceVersion version = rows.find(ruleId)
                    .orElseThrow(() ->
                            new RefusedException(Reason.NOT_FOUND, "there is no price rule '%s'".formatted(ruleId)));
            requireFuture(version, now);
            rows.withdraw(ruleId, now, actorId);
            return new PriceVersion(version.rule(), version.createdAt(), version.createdBy(), now, actorId);
        });
        FailPoint.pass("prices.after-withdraw");
        return withdrawn;
    }

    private PriceVersion changing(Supplier<PriceVersion> work) {
        return transactions.run(() -> {
            rows.changing();
            PriceVersion changed = work.get();
            // others wait for their poll; whoever made the change sees it at once
            Transactions.afterCommit(book::poll);
            return changed;
        });
    }

    private PriceVersion version(NewPrice price, Instant now, String actorId) {
        Instant from =
                price.effectiveFrom() == null ? now : price.effectiveFrom().truncatedTo(ChronoUnit.MICROS);
        PriceRule rule = new PriceRule(
                identifiers.next("price"),
                price.model(),
                price.organizationId(),
                price.promptPerMillion(),
                price.cachedPerMillion(),
                price.generatedPerMillion(),
                price.minimumCharge(),
                price.currency(),
                from);
        return new PriceVersion(rule, now, actorId, null, null);
    }

    private void requirePlace(PriceRule rule, Instant now) {
        if (rule.effectiveFrom().isBefore(now)) {
            throw refused("'effective_from' must not be in the past: it is %s and now is %s"
                    .formatted(rule.effectiveFrom(), now));
        }
        List<PriceRule> others = rows.of(rule.model(), rule.organizationId()).stream()
                .filter(version -> version.withdrawnAt() == null)
                .map(PriceVersion::rule)
                .toList();
        for (PriceRule other : others) {
            if (other.effectiveFrom().equals(rule.effectiveFrom())) {
                throw refused(
                        "the price rule %s of '%s' holds from %s on already; choose another instant or withdraw it"
                                .formatted(other.ruleId(), rule.model(), rule.effectiveFrom()));
            }
        }
    }

    private static void requireFuture(PriceVersion version, Instant now) {
        if (version.withdrawnAt() != null) {
            throw refused("the price rule %s was withdrawn at %s already"
                    .formatted(version.rule().ruleId(), version.withdrawnAt()));
        }
        if (!version.rule().effectiveFrom().isAfter(now)) {
            throw refused("the price rule %s is in force since %s; add a version that replaces it"
                    .formatted(version.rule().ruleId(), version.rule().effectiveFrom()));
        }
    }

    private static RefusedException refused(String sentence) {
        return new RefusedException(Reason.INVALID_VALUE, sentence);
    }
}
