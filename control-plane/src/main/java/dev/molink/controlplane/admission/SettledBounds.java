package dev.molink.controlplane.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/** Adds what was settled to the bounds, one update per bound however many requests used it, and takes it from shares. */
final class SettledBounds {

    private static final int MAX_KNOWN = 100_000;
    /** Shorter than any row is kept after its window. */
    private static final Duration KNOWN = Duration.ofMinutes(30);

    private static final String OPEN = """
            INSERT INTO usage_bound (id, settled, held, obsolete_at) VALUES (:id, 0, 0, :obsoleteAt)
            ON CONFLICT DO NOTHING""";
    private static final String LOCK = "SELECT id, settled FROM usage_bound WHERE id IN (:ids) ORDER BY id FOR UPDATE";
    private static final String TAKE = """
            UPDATE usage_share SET held = held - :taken
            WHERE bound_id = :id AND gateway_id = :gatewayId AND held >= :taken""";
    private static final String SETTLE =
            "UPDATE usage_bound SET settled = settled + :settled, held = held - :taken WHERE id = :id";

    private final NamedParameterJdbcOperations database;
    private final String gatewayId;
    private final BudgetCrossings crossings;
    private final Cache<String, Boolean> known =
            Caffeine.newBuilder().maximumSize(MAX_KNOWN).expireAfterWrite(KNOWN).build();

    SettledBounds(NamedParameterJdbcOperations database, String gatewayId, BudgetCrossings crossings) {
        this.database = database;
        this.gatewayId = gatewayId;
        this.crossings = crossings;
    }

    /**
     * What changes about a bound.
     *
     * @param settled added to what is settled; negative where a lower count replaces a higher
     * @param taken from this gateway's share
     */
    record Change(BigDecimal settled, BigDecimal taken) {

        Change plus(Change other) {
            return new Change(settled.add(other.settled), taken.add(other.taken));
        }
    }

    void change(Map<Bound, Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<Bound> bounds = changes.keySet().stream()
                .sorted(Comparator.comparing(Bound::id))
                .toList();
        open(bounds);
        Map<String, BigDecimal> before = lock(bounds);
        Map<String, BigDecimal> taken = take(bounds, changes);
        List<SqlParameterSource> rows = new ArrayList<>();
        for (Bound bound : bounds) {
            rows.add(new MapSqlParameterSource("id", bound.id())
                    .addValue("settled", Objects.requireNonNull(changes.get(bound)).settled)
                    .addValue("taken", taken.getOrDefault(bound.id(), BigDecimal.ZERO)));
        }
        database.batchUpdate(SETTLE, rows.toArray(SqlParameterSource[]::new));
        for (Bound bound : bounds) {
            BigDecimal settled = Objects.requireNonNull(before.get(bound.id()))
                    .add(Objects.requireNonNull(changes.get(bound)).settled);
            crossings.note(bound, settled);
        }
    }

    private void open(List<Bound> bounds) {
        List<Bound> fresh = bounds.stream()
                .filter(bound -> known.getIfPresent(bound.id()) == null)
                .toList();
        if (fresh.isEmpty()) {
            return;
        }
        database.batchUpdate(
                OPEN,
                fresh.stream()
                        .map(bound -> new MapSqlParameterSource("id", bound.id())
                                .addValue("obsoleteAt", bound.obsoleteAt().atOffset(ZoneOffset.UTC)))
                        .toArray(SqlParameterSource[]::new));
    }

    private Map<String, BigDecimal> lock(List<Bound> bounds) {
        Map<String, BigDecimal> settled = new HashMap<>();
        database.query(
                LOCK,
                new MapSqlParameterSource("ids", bounds.stream().map(Bound::id).toList()),
                row -> {
                    settled.put(row.getString("id"), row.getBigDecimal("settled"));
                });
        if (settled.size() < bounds.size()) {
            known.invalidateAll();
            throw new IllegalStateException(
                    "%d bounds were removed while they are still used".formatted(bounds.size() - settled.size()));
        }
        settled.keySet().forEach(id -> known.put(id, true));
        return settled;
    }

    /** What was really taken, by bound: nothing where others returned this gateway's share. */
    private Map<String, BigDecimal> take(List<Bound> bounds, Map<Bound, Change> changes) {
        List<Bound> backed = bounds.stream()
                .filter(bound ->
                        Objects.requireNonNull(changes.get(bound)).taken.signum() > 0)
                .toList();
        if (backed.isEmpty()) {
            return Map.of();
        }
        int[] counts = database.batchUpdate(
                TAKE,
                backed.stream()
                        .map(bound -> new MapSqlParameterSource("id", bound.id())
                                .addValue("gatewayId", gatewayId)
                                .addValue("taken", Objects.requireNonNull(changes.get(bound)).taken))
                        .toArray(SqlParameterSource[]::new));
        Map<String, BigDecimal> taken = new HashMap<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                taken.put(backed.get(i).id(), Objects.requireNonNull(changes.get(backed.get(i))).taken);
            }
        }
        return taken;
    }
}
