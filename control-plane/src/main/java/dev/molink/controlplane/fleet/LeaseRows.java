package dev.molink.controlplane.fleet;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/** Nodes and pipelines as rows. */
final class LeaseRows {

    static final String CLEAR_NODES =
            "DELETE FROM fleet_node WHERE gateway_id = :gatewayId OR lease_expires_at <= :now";
    static final String CLEAR_PIPELINES =
            "DELETE FROM fleet_pipeline WHERE gateway_id = :gatewayId OR lease_expires_at <= :now";
    static final String SELECT_NODES = "SELECT * FROM fleet_node WHERE lease_expires_at > :now";
    static final String SELECT_PIPELINES =
            "SELECT * FROM fleet_pipeline WHERE lease_expires_at > :now ORDER BY epoch DESC, lease_expires_at DESC";
    static final String INSERT_NODE = """
            INSERT INTO fleet_node (gateway_id, node_id, version, address, pipeline, model, dtype, model_layers, first_layer,
                end_layer, state, device_kind, device_description, device_memory_bytes, mapped_weight_bytes, resident_bytes,
                kv_blocks_used, kv_blocks_total, running_sequences, waiting_sequences, joined_at, heartbeat_at,
                lease_expires_at)
            VALUES (:gatewayId, :nodeId, :version, :address, :pipeline, :model, :dtype, :modelLayers, :firstLayer, :endLayer,
                :state, :deviceKind, :deviceDescription, :deviceMemoryBytes, :mappedWeightBytes, :residentBytes,
                :kvBlocksUsed, :kvBlocksTotal, :runningSequences, :waitingSequences, :joinedAt, :heartbeatAt,
                :leaseExpiresAt)""";
    static final String INSERT_PIPELINE = """
            INSERT INTO fleet_pipeline (gateway_id, pipeline, model, model_layers, state, epoch, reason, lease_expires_at,
                codec, transmit_policy)
            VALUES (:gatewayId, :pipeline, :model, :modelLayers, :state, :epoch, :reason, :leaseExpiresAt, :codec,
                :transmitPolicy)""";
    static final String INSERT_LINK = """
            INSERT INTO fleet_link (gateway_id, pipeline, model, stage, bytes_per_second, one_way_nanos,
                decode_wait_p99_nanos, busy_share)
            VALUES (:gatewayId, :pipeline, :model, :stage, :bytesPerSecond, :oneWayNanos, :decodeWaitP99Nanos,
                :busyShare)""";
    static final String SELECT_LINKS = """
            SELECT fleet_link.* FROM fleet_link JOIN fleet_pipeline USING (gateway_id, pipeline, model)
            WHERE lease_expires_at > :now ORDER BY stage""";

    private LeaseRows() {}

    static SqlParameterSource parameters(String gatewayId, NodeStatus node, OffsetDateTime expiry) {
        return new MapSqlParameterSource("gatewayId", gatewayId)
                .addValue("nodeId", node.nodeId())
                .addValue("version", cut(node.version(), 80))
                .addValue("address", cut(node.address(), 300))
                .addValue("pipeline", node.pipeline())
                .addValue("model", node.model())
                .addValue("dtype", cut(node.dtype(), 40))
                .addValue("modelLayers", node.modelLayers())
                .addValue("firstLayer", node.layers().first())
                .addValue("endLayer", node.layers().end())
                .addValue("state", node.state().name())
                .addValue("deviceKind", cut(node.deviceKind(), 40))
                .addValue("deviceDescription", cut(node.deviceDescription(), 300))
                .addValue("deviceMemoryBytes", node.deviceMemoryBytes())
                .addValue("mappedWeightBytes", node.mappedWeightBytes())
                .addValue("residentBytes", node.residentBytes())
                .addValue("kvBlocksUsed", node.kvBlocksUsed())
                .addValue("kvBlocksTotal", node.kvBlocksTotal())
                .addValue("runningSequences", node.runningSequences())
                .addValue("waitingSequences", node.waitingSequences())
                .addValue("joinedAt", node.joinedAt().atOffset(ZoneOffset.UTC))
                .addValue("heartbeatAt", node.heartbeatAt().atOffset(ZoneOffset.UTC))
                .addValue("leaseExpiresAt", expiry);
    }

    static SqlParameterSource parameters(String gatewayId, PipelineStatus pipeline, OffsetDateTime expiry) {
        WireStatus wire = pipeline.wire();
        return new MapSqlParameterSource("gatewayId", gatewayId)
                .addValue("pipeline", pipeline.name())
                .addValue("model", pipeline.model())
                .addValue("modelLayers", pipeline.modelLayers())
                .addValue("state", pipeline.state().name())
                .addValue("epoch", pipeline.epoch())
                .addValue("reason", cut(pipeline.reason(), 1000))
                .addValue("codec", wire == null ? null : cut(wire.codec(), 16), Types.VARCHAR)
                .addValue("transmitPolicy", wire == null ? null : cut(wire.transmitPolicy(), 16), Types.VARCHAR)
                .addValue("leaseExpiresAt", expiry);
    }

    static Stream<SqlParameterSource> links(String gatewayId, PipelineStatus pipeline) {
        WireStatus wire = pipeline.wire();
        return wire == null ? Stream.empty() : wire.links().stream().map(link -> parameters(gatewayId, pipeline, link));
    }

    private static SqlParameterSource parameters(String gatewayId, PipelineStatus pipeline, LinkStatus link) {
        return new MapSqlParameterSource("gatewayId", gatewayId)
                .addValue("pipeline", pipeline.name())
                .addValue("model", pipeline.model())
                .addValue("stage", link.stage())
                .addValue("bytesPerSecond", link.bytesPerSecond())
                .addValue("oneWayNanos", link.oneWayNanos())
                .addValue("decodeWaitP99Nanos", link.decodeWaitP99Nanos())
                .addValue("busyShare", link.busyShare());
    }

    static NodeStatus node(ResultSet row, int number) throws SQLException {
        return new NodeStatus(
                row.getString("node_id"),
                row.getString("version"),
                row.getString("address"),
                row.getString("pipeline"),
                row.getString("model"),
                row.getString("dtype"),
                row.getInt("model_layers"),
                new LayerRange(row.getInt("first_layer"), row.getInt("end_layer")),
                NodeStatus.State.valueOf(row.getString("state")),
                row.getString("device_kind"),
                row.getString("device_description"),
                row.getLong("device_memory_bytes"),
                row.getLong("mapped_weight_bytes"),
                row.getLong("resident_bytes"),
                row.getInt("kv_blocks_used"),
                row.getInt("kv_blocks_total"),
                row.getInt("running_sequences"),
                row.getInt("waiting_sequences"),
                instant(row, "joined_at"),
                instant(row, "heartbeat_at"));
    }

    /** A link, and the gateway and pipeline that it belongs to. */
    record LinkRow(String gatewayId, ChainKey pipeline, LinkStatus link) {}

    static LinkRow link(ResultSet row, int number) throws SQLException {
        return new LinkRow(
                row.getString("gateway_id"),
                new ChainKey(row.getString("model"), row.getString("pipeline")),
                new LinkStatus(
                        row.getInt("stage"),
                        row.getLong("bytes_per_second"),
                        row.getLong("one_way_nanos"),
                        row.getLong("decode_wait_p99_nanos"),
                        row.getDouble("busy_share")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** What nodes say about themselves is shown, never compared, so a long text may lose its end. */
    private static String cut(String text, int maxLength) {
        return text.length() <= maxLength ? text : text.substring(0, maxLength);
    }
}
