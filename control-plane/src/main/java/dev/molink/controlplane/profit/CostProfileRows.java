package dev.molink.controlplane.profit;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Cost profiles as rows. */
final class CostProfileRows {

    private static final String INSERT = """
            INSERT INTO node_cost_profile (node_id, profile_version, effective_at, kind, currency, rent_per_hour,
                purchase_price, life_hours, busy_watts, idle_watts, price_per_kwh, price_per_gigabyte, created_at, created_by)
            VALUES (:nodeId, :version, :effectiveAt, :kind, :currency, :rentPerHour, :purchasePrice, :lifeHours, :busyWatts,
                :idleWatts, :pricePerKwh, :pricePerGigabyte, :createdAt, :createdBy)""";
    private static final String ALL = "SELECT * FROM node_cost_profile ORDER BY node_id, effective_at, profile_version";
    private static final String NEXT_VERSION =
            "SELECT COALESCE(MAX(profile_version), 0) + 1 FROM node_cost_profile WHERE node_id = :nodeId";
    private static final String RENT = "RENT";
    private static final String PURCHASE = "PURCHASE";

    private final NamedParameterJdbcOperations database;

    CostProfileRows(NamedParameterJdbcOperations database) {
        this.database = database;
    }

    List<CostProfile> all() {
        return database.query(ALL, CostProfileRows::read);
    }

    int nextVersion(String nodeId) {
        Integer next =
                database.queryForObject(NEXT_VERSION, new MapSqlParameterSource("nodeId", nodeId), Integer.class);
        return next == null ? 1 : next;
    }

    void insert(CostProfile profile) {
        database.update(
                INSERT,
                cost(profile.cost())
                        .addValue("nodeId", profile.nodeId())
                        .addValue("version", profile.version())
                        .addValue("effectiveAt", profile.effectiveFrom().atOffset(ZoneOffset.UTC))
                        .addValue("currency", profile.currency())
                        .addValue("pricePerGigabyte", profile.pricePerGigabyte())
                        .addValue("createdAt", profile.createdAt().atOffset(ZoneOffset.UTC))
                        .addValue("createdBy", profile.createdBy()));
    }

    private static MapSqlParameterSource cost(NodeCost cost) {
        return switch (cost) {
            case NodeCost.Rent rent ->
                new MapSqlParameterSource("kind", RENT)
                        .addValue("rentPerHour", rent.perHour())
                        .addValue("purchasePrice", null, Types.NUMERIC)
                        .addValue("lifeHours", null, Types.NUMERIC)
                        .addValue("busyWatts", null, Types.NUMERIC)
                        .addValue("idleWatts", null, Types.NUMERIC)
                        .addValue("pricePerKwh", null, Types.NUMERIC);
            case NodeCost.Purchase bought ->
                new MapSqlParameterSource("kind", PURCHASE)
                        .addValue("rentPerHour", null, Types.NUMERIC)
                        .addValue("purchasePrice", bought.price())
                        .addValue("lifeHours", bought.lifeHours())
                        .addValue("busyWatts", bought.busyWatts())
                        .addValue("idleWatts", bought.idleWatts())
                        .addValue("pricePerKwh", bought.pricePerKwh());
        };
    }

    private static CostProfile read(ResultSet row, int number) throws SQLException {
        return new CostProfile(
                row.getString("node_id"),
                row.getInt("profile_version"),
                row.getObject("effective_at", OffsetDateTime.class).toInstant(),
                readCost(row),
                amount(row, "price_per_gigabyte"),
                row.getString("currency"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("created_by"));
    }

    private static NodeCost readCost(ResultSet row) throws SQLException {
        return row.getString("kind").equals(RENT)
                ? new NodeCost.Rent(amount(row, "rent_per_hour"))
                : new NodeCost.Purchase(
                        amount(row, "purchase_price"),
                        amount(row, "life_hours"),
                        amount(row, "busy_watts"),
                        amount(row, "idle_watts"),
                        amount(row, "price_per_kwh"));
    }

    /** As it was given: without the zeros that the column adds. */
    private static BigDecimal amount(ResultSet row, String column) throws SQLException {
        BigDecimal plain = row.getBigDecimal(column).stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }
}
