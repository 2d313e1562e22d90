package dev.molink.controlplane.profit;

import dev.molink.controlplane.fleet.FleetView;
import dev.molink.controlplane.fleet.NodeStatus;
import dev.molink.controlplane.storage.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.transaction.TransactionException;

/**
 * Notes, in minutes, when nodes were part of the fleet. Several gateways see the same node, so the table keeps the union of
 * what they saw. While the database is away, what was seen waits in memory. Owned by one thread.
 */
final class NodePresence {

    /** How often the fleet is looked at: a node that is there for that long is never missed. */
    static final Duration INTERVAL = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(NodePresence.class);
    private static final int MAX_WAITING = 10_000;
    private static final String SELECT =
            "SELECT present_minutes FROM node_presence WHERE node_id = :nodeId AND hour_at = :hourAt FOR UPDATE";
    private static final String INSERT =
            "INSERT INTO node_presence (node_id, hour_at, present_minutes) VALUES (:nodeId, :hourAt, :minutes)";
    private static final String UPDATE =
            "UPDATE node_presence SET present_minutes = :minutes WHERE node_id = :nodeId AND hour_at = :hourAt";

    private static final String SELECT_RANGE = """
            SELECT node_id, hour_at, present_minutes FROM node_presence WHERE hour_at >= :from AND hour_at < :until
            ORDER BY hour_at""";
    private static final int MINUTES_OF_HOUR = 60;

    private final FleetView fleet;
    private final NamedParameterJdbcOperations database;
    private final Transactions transactions;
    private final InstantSource clock;

    /** Everybody writes in this order, so that two gateways never wait for each other. */
    private final TreeMap<NodeHour, Long> waiting =
            new TreeMap<>(Comparator.comparing(NodeHour::nodeId).thenComparing(NodeHour::hour));

    private final Map<String, Instant> written = new HashMap<>();

    private record NodeHour(String nodeId, Instant hour) {}

    NodePresence(
            FleetView fleet, NamedParameterJdbcOperations database, Transactions transactions, InstantSource clock) {
        this.fleet = fleet;
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Looks who is there now and writes what is new. */
    void observe() {
        Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        Instant hour = minute.truncatedTo(ChronoUnit.HOURS);
        long bit = 1L << ChronoUnit.MINUTES.between(hour, minute);
        List<String> present =
                fleet.snapshot().nodes().stream().map(NodeStatus::nodeId).toList();
        written.keySet().retainAll(present);
        present.stream()
                .filter(nodeId -> !minute.equals(written.get(nodeId)))
                .forEach(nodeId -> note(new NodeHour(nodeId, hour), bit));
        if (!waiting.isEmpty() && write()) {
            present.forEach(nodeId -> written.put(nodeId, minute));
        }
    }

    private void note(NodeHour at, long bit) {
        if (waiting.size() < MAX_WAITING || waiting.containsKey(at)) {
            waiting.merge(at, bit, (known, more) -> known | more);
        }
    }

    private boolean write() {
        try {
            transactions.run(() -> {
                waiting.forEach(this::merge);
                return true;
            });
            waiting.clear();
            return true;
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.warn("the presence of nodes could not be written and will be later: {}", unreachable.getMessage());
            return false;
        }
    }

    private void merge(NodeHour at, long minutes) {
        MapSqlParameterSource key = new MapSqlParameterSource("nodeId", at.nodeId())
                .addValue("hourAt", at.hour().atOffset(ZoneOffset.UTC));
        List<Long> known = database.queryForList(SELECT, key, Long.class);
        if (known.isEmpty()) {
            database.update(INSERT, key.addValue("minutes", minutes));
        } else if ((known.getFirst() | minutes) != known.getFirst()) {
            database.update(UPDATE, key.addValue("minutes", known.getFirst() | minutes));
        }
    }

    /** The minutes in which each node was there, by node. */
    static Map<String, List<Instant>> minutes(NamedParameterJdbcOperations database, Instant from, Instant until) {
        Map<String, List<Instant>> minutes = new TreeMap<>();
        MapSqlParameterSource range = new MapSqlParameterSource(
                        "from", from.truncatedTo(ChronoUnit.HOURS).atOffset(ZoneOffset.UTC))
                .addValue("until", until.atOffset(ZoneOffset.UTC));
        database.query(SELECT_RANGE, range, row -> {
            Instant hour = row.getObject("hour_at", OffsetDateTime.class).toInstant();
            long bits = row.getLong("present_minutes");
            LongStream.range(0, MINUTES_OF_HOUR)
                    .filter(minute -> (bits & 1L << minute) != 0)
                    .mapToObj(minute -> hour.plus(minute, ChronoUnit.MINUTES))
                    .filter(at -> !at.isBefore(from) && at.isBefore(until))
                    .forEach(minutes.computeIfAbsent(row.getString("node_id"), _ -> new ArrayList<>())::add);
        });
        return minutes;
    }
}
