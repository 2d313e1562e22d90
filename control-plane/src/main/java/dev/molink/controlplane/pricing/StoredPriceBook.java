package dev.molink.controlplane.pricing;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Every price rule in memory, as one immutable picture that a change replaces as a whole. A poll of the stamp notices what
 * other replicas changed. Safe for any thread; pictures are loaded by one at a time.
 */
final class StoredPriceBook implements PriceBook {

    private static final Logger LOG = LoggerFactory.getLogger(StoredPriceBook.class);

    private final PriceRows rows;
    private volatile Picture picture = new Picture(-1, Map.of(), Map.of());

    private record Priced(String model, @Nullable String organizationId) {}

    /** @param versions those not withdrawn, by the instant from which on they hold */
    private record Picture(
            long stamp, Map<String, PriceRule> byId, Map<Priced, NavigableMap<Instant, PriceRule>> versions) {}

    StoredPriceBook(PriceRows rows) {
        this.rows = rows;
    }

    @Override
    public Optional<PriceRule> find(String model, String organizationId, Instant when) {
        Picture now = picture;
        return inForce(now, new Priced(model, organizationId), when)
                .or(() -> inForce(now, new Priced(model, null), when));
    }

    /** Asks the database only for a rule that another replica made within the last moment. */
    @Override
    public Optional<PriceRule> rule(String ruleId) {
        PriceRule known = picture.byId().get(ruleId);
        return known != null ? Optional.of(known) : rows.find(ruleId).map(PriceVersion::rule);
    }

    /** Called by the clock. */
    void poll() {
        try {
            if (rows.stamp() != picture.stamp()) {
                load();
            }
        } catch (DataAccessException unreachable) {
            LOG.debug("cannot tell whether prices changed: {}", unreachable.getMessage());
        }
    }

    /** The stamp is read before the rules: one that changes in between is noticed by the next poll. */
    synchronized void load() {
        long stamp = rows.stamp();
        picture = picture(stamp, rows.all());
    }

    private static Optional<PriceRule> inForce(Picture picture, Priced priced, Instant when) {
        NavigableMap<Instant, PriceRule> versions = picture.versions().get(priced);
        Map.Entry<Instant, PriceRule> last = versions == null ? null : versions.floorEntry(when);
        return last == null ? Optional.empty() : Optional.of(last.getValue());
    }

    private static Picture picture(long stamp, List<PriceVersion> all) {
        Map<String, PriceRule> byId = new HashMap<>();
        Map<Priced, NavigableMap<Instant, PriceRule>> versions = new HashMap<>();
        for (PriceVersion version : all) {
            PriceRule rule = version.rule();
            byId.put(rule.ruleId(), rule);
            if (version.withdrawnAt() == null) {
                versions.computeIfAbsent(new Priced(rule.model(), rule.organizationId()), _ -> new TreeMap<>())
                        .put(rule.effectiveFrom(), rule);
            }
        }
        return new Picture(stamp, byId, versions);
    }
}
