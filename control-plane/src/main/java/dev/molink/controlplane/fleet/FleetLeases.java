package dev.molink.controlplane.fleet;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The fleet in the database: what each gateway sees of it, as rows that count until their lease expires. A gateway replaces
 * its rows each second; the view is what all gateways see together, the newest word about each node and pipeline.
 */
final class FleetLeases implements FleetView {

    /** As long as a silent node counts as alive. */
    static final Duration LEASE = FleetRegistry.EXPIRY;

    private final NamedParameterJdbcOperations database;
    private final TransactionOperations transactions;
    private final InstantSource clock;

    FleetLeases(NamedParameterJdbcOperations database, TransactionOperations transactions, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Makes {@code seen} the only thing that this gateway says, and clears what others said and did not renew. */
    void write(String gatewayId, FleetSnapshot seen) {
        Instant now = clock.instant();
        transactions.executeWithoutResult(status -> {
            MapSqlParameterSource old =
                    new MapSqlParameterSource("gatewayId", gatewayId).addValue("now", now.atOffset(ZoneOffset.UTC));
            database.update(LeaseRows.CLEAR_NODES, old);
            database.update(LeaseRows.CLEAR_PIPELINES, old);
            OffsetDateTime expiry = now.plus(LEASE).atOffset(ZoneOffset.UTC);
            database.batchUpdate(
                    LeaseRows.INSERT_NODE,
                    seen.nodes().stream()
                            .map(node -> LeaseRows.parameters(gatewayId, node, expiry))
                            .toArray(SqlParameterSource[]::new));
            database.batchUpdate(
                    LeaseRows.INSERT_PIPELINE,
                    seen.pipelines().stream()
                            .map(pipeline -> LeaseRows.parameters(gatewayId, pipeline, expiry))
                            .toArray(SqlParameterSource[]::new));
            database.batchUpdate(
                    LeaseRows.INSERT_LINK,
                    seen.pipelines().stream()
                            .flatMap(pipeline -> LeaseRows.links(gatewayId, pipeline))
                            .toArray(SqlParameterSource[]::new));
        });
    }

    @Override
    public FleetSnapshot snapshot() {
        Instant now = clock.instant();
        MapSqlParameterSource parameters = new MapSqlParameterSource("now", now.atOffset(ZoneOffset.UTC));
        Map<String, NodeStatus> nodes = new LinkedHashMap<>();
        database.query(LeaseRows.SELECT_NODES, parameters, LeaseRows::node)
                .forEach(node -> nodes.merge(node.nodeId(), node, FleetLeases::later));
        return new FleetSnapshot(now, inOrder(nodes.values()), pipelines(parameters, inOrder(nodes.values())));
    }

    private List<PipelineStatus> pipelines(MapSqlParameterSource parameters, List<NodeStatus> nodes) {
        Map<ChainKey, PipelineStatus> pipelines = new TreeMap<>();
        List<LeaseRows.LinkRow> links = database.query(LeaseRows.SELECT_LINKS, parameters, LeaseRows::link);
        database.query(LeaseRows.SELECT_PIPELINES, parameters, (row, number) -> pipeline(row, nodes, links))
                .forEach(each -> pipelines.putIfAbsent(new ChainKey(each.model(), each.name()), each));
        return List.copyOf(pipelines.values());
    }

    private static PipelineStatus pipeline(ResultSet row, List<NodeStatus> nodes, List<LeaseRows.LinkRow> links)
            throws SQLException {
        String name = row.getString("pipeline");
        String model = row.getString("model");
        List<String> nodeIds = nodes.stream()
                .filter(node -> node.pipeline().equals(name) && node.model().equals(model))
                .map(NodeStatus::nodeId)
                .toList();
        return new PipelineStatus(
                name,
                model,
                row.getInt("model_layers"),
                PipelineStatus.State.valueOf(row.getString("state")),
                row.getLong("epoch"),
                nodeIds,
                row.getString("reason"),
                wire(row, links));
    }

    private static @Nullable WireStatus wire(ResultSet row, List<LeaseRows.LinkRow> links) throws SQLException {
        String codec = row.getString("codec");
        String policy = row.getString("transmit_policy");
        if (codec == null || policy == null) {
            return null;
        }
        String gatewayId = row.getString("gateway_id");
        ChainKey pipeline = new ChainKey(row.getString("model"), row.getString("pipeline"));
        return new WireStatus(
                codec,
                policy,
                links.stream()
                        .filter(each -> each.gatewayId().equals(gatewayId)
                                && each.pipeline().equals(pipeline))
                        .map(LeaseRows.LinkRow::link)
                        .toList());
    }

    private static List<NodeStatus> inOrder(Iterable<NodeStatus> nodes) {
        List<NodeStatus> sorted = new ArrayList<>();
        nodes.forEach(sorted::add);
        sorted.sort(Comparator.comparing(NodeStatus::pipeline)
                .thenComparing(NodeStatus::model)
                .thenComparingInt(node -> node.layers().first()));
        return List.copyOf(sorted);
    }

    private static NodeStatus later(NodeStatus one, NodeStatus other) {
        return other.heartbeatAt().isAfter(one.heartbeatAt()) ? other : one;
    }
}
