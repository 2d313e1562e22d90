package dev.molink.controlplane.profit;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * Idle cost of nodes: their time in the fleet minus what they computed, at the price of an idle hour. Time is netted per
 * version of the cost profile.
 */
final class IdleTimes {

    private static final String BUSY = """
            SELECT node_id, FLOOR(EXTRACT(EPOCH FROM counted_at) / 60) AS minute_number, SUM(busy_nanos) AS busy_nanos
            FROM stage_evidence WHERE counted_at >= :from AND counted_at < :until
            GROUP BY node_id, FLOOR(EXTRACT(EPOCH FROM counted_at) / 60)""";
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long MINUTE_SECONDS = 60;

    private final NamedParameterJdbcOperations database;

    IdleTimes(NamedParameterJdbcOperations database) {
        this.database = database;
    }

    /** Of every node that was there or computed, by node. */
    List<IdleCost> costs(CostBook book, Instant from, Instant until) {
        Map<String, Map<Optional<CostProfile>, Times>> nodes = new TreeMap<>();
        NodePresence.minutes(database, from, until)
                .forEach((nodeId, minutes) ->
                        minutes.forEach(minute -> times(nodes, book, nodeId, minute).presentNanos += MINUTE_NANOS));
        MapSqlParameterSource range = new MapSqlParameterSource("from", from.atOffset(ZoneOffset.UTC))
                .addValue("until", until.atOffset(ZoneOffset.UTC));
        database.query(BUSY, range, row -> {
            Instant minute =
                    Instant.ofEpochSecond(row.getBigDecimal("minute_number").longValueExact() * MINUTE_SECONDS);
            times(nodes, book, row.getString("node_id"), minute).busyNanos +=
                    row.getBigDecimal("busy_nanos").longValueExact();
        });
        List<IdleCost> costs = new ArrayList<>();
        nodes.forEach((nodeId, times) -> costs.add(cost(nodeId, times)));
        return costs;
    }

    private static Times times(
            Map<String, Map<Optional<CostProfile>, Times>> nodes, CostBook book, String nodeId, Instant minute) {
        return nodes.computeIfAbsent(nodeId, _ -> new HashMap<>())
                .computeIfAbsent(book.find(nodeId, minute), _ -> new Times());
    }

    private static IdleCost cost(String nodeId, Map<Optional<CostProfile>, Times> versions) {
        Map<String, CostSum> cost = new TreeMap<>();
        long present = 0;
        long busy = 0;
        long idle = 0;
        boolean known = true;
        for (Map.Entry<Optional<CostProfile>, Times> version : versions.entrySet()) {
            Times times = version.getValue();
            present += times.presentNanos;
            busy += times.busyNanos;
            idle += times.idleNanos();
            Optional<CostProfile> profile = version.getKey();
            known &= profile.isPresent() || times.idleNanos() == 0;
            profile.ifPresent(each -> cost.computeIfAbsent(each.currency(), _ -> new CostSum())
                    .addTime(times.idleNanos(), each.cost().idlePerHour()));
        }
        Map<String, BigDecimal> amounts = new TreeMap<>();
        cost.forEach((currency, sum) -> amounts.put(currency, sum.amount()));
        return new IdleCost(nodeId, present, busy, idle, new Amounts(known, amounts));
    }

    private static final class Times {

        private long presentNanos;
        private long busyNanos;

        /** Work is booked when it is counted, up to a minute late, so a short stay may look busier than it was long. */
        long idleNanos() {
            return Math.max(0, presentNanos - busyNanos);
        }
    }
}
