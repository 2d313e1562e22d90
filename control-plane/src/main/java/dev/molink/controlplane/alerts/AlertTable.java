package dev.molink.controlplane.alerts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Webhooks, alerts and deliveries in the database. */
final class AlertTable {

    private static final String WEBHOOK = """
            w.id AS webhook_id, w.organization_id AS webhook_organization_id, w.name, w.url, w.kinds, w.pepper_id,
            w.created_at""";
    private static final String ALERT = "a.id AS alert_id, a.organization_id, a.kind, a.event_key, a.data, a.raised_at";
    private static final String DELIVERY =
            "SELECT %s, %s, d.attempts, d.next_attempt_at, d.delivered_at, d.outcome FROM alert_delivery d JOIN alert a ON a.id = d.alert_id JOIN webhook w ON w.id = d.webhook_id "
                    .formatted(WEBHOOK, ALERT);
    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};

    private final JdbcClient database;

    AlertTable(JdbcClient database) {
        this.database = database;
    }

    void insert(Webhook webhook) {
        database.sql("""
                INSERT INTO webhook (id, organization_id, name, url, kinds, pepper_id, created_at)
                VALUES (:id, :organizationId, :name, :url, :kinds, :pepperId, :createdAt)""")
                .param("id", webhook.webhookId())
                .param("organizationId", webhook.organizationId(), Types.VARCHAR)
                .param("name", webhook.name())
                .param("url", webhook.url())
                .param("kinds", words(webhook.kinds()))
                .param("pepperId", webhook.pepperId())
                .param("createdAt", zoned(webhook.createdAt()))
                .update();
    }

    /** Those of the organization, and of the installation where asked for, the oldest first. */
    List<Webhook> webhooks(@Nullable String organizationId, boolean withInstallation) {
        return database.sql(
                        ("SELECT %s FROM webhook w WHERE w.deleted_at IS NULL AND (w.organization_id = :organization%s)"
                                        + " ORDER BY w.created_at, w.id")
                                .formatted(WEBHOOK, withInstallation ? " OR w.organization_id IS NULL" : ""))
                .param("organization", organizationId, Types.VARCHAR)
                .query(AlertTable::webhook)
                .list();
    }

    /** What is under way to it is given up. */
    void delete(String webhookId, Instant now) {
        database.sql("UPDATE webhook SET deleted_at = :now WHERE id = :id AND deleted_at IS NULL")
                .param("now", zoned(now))
                .param("id", webhookId)
                .update();
        database.sql("""
                UPDATE alert_delivery SET next_attempt_at = NULL, outcome = 'the webhook was deleted'
                WHERE webhook_id = :id AND next_attempt_at IS NOT NULL""").param("id", webhookId).update();
    }

    /** False when there is one with this key already. */
    boolean insert(Alert alert) {
        return database.sql("""
                INSERT INTO alert (id, organization_id, kind, event_key, data, raised_at)
                VALUES (:id, :organizationId, :kind, :eventKey, :data, :raisedAt) ON CONFLICT DO NOTHING""")
                        .param("id", alert.alertId())
                        .param("organizationId", alert.organizationId(), Types.VARCHAR)
                        .param("kind", alert.kind().word())
                        .param("eventKey", alert.eventKey())
                        .param("data", JsonMapper.shared().writeValueAsString(alert.data()))
                        .param("raisedAt", zoned(alert.raisedAt()))
                        .update()
                > 0;
    }

    void insertDelivery(Alert alert, Webhook webhook) {
        database.sql("""
                INSERT INTO alert_delivery (alert_id, webhook_id, attempts, next_attempt_at, outcome)
                VALUES (:alertId, :webhookId, 0, :now, '')""")
                .param("alertId", alert.alertId())
                .param("webhookId", webhook.webhookId())
                .param("now", zoned(alert.raisedAt()))
                .update();
    }

    /** Alerts of the organization, and of the installation where asked for, the newest last. */
    List<Alert> alerts(String organizationId, boolean withInstallation, int limit) {
        return database.sql(
                        "SELECT %s FROM alert a WHERE a.organization_id = :organization%s ORDER BY a.raised_at DESC, a.id DESC FETCH FIRST :limit ROWS ONLY"
                                .formatted(ALERT, withInstallation ? " OR a.organization_id IS NULL" : ""))
                .param("organization", organizationId)
                .param("limit", limit)
                .query(AlertTable::alert)
                .list()
                .reversed();
    }

    /** Deliveries that are due, those that wait for longest first. */
    List<Delivery> due(Instant now, int limit) {
        return database.sql(
                        DELIVERY
                                + "WHERE d.next_attempt_at <= :now ORDER BY d.next_attempt_at, d.alert_id FETCH FIRST :limit ROWS ONLY")
                .param("now", zoned(now))
                .param("limit", limit)
                .query(AlertTable::delivery)
                .list();
    }

    /** Makes an attempt the caller's own until {@code leaseEnd}; false when another replica was faster. */
    boolean claim(Delivery delivery, Instant leaseEnd) {
        return database.sql("""
                UPDATE alert_delivery SET attempts = attempts + 1, next_attempt_at = :leaseEnd
                WHERE alert_id = :alertId AND webhook_id = :webhookId AND attempts = :attempts
                    AND next_attempt_at IS NOT NULL""")
                        .param("leaseEnd", zoned(leaseEnd))
                        .param("alertId", delivery.alert().alertId())
                        .param("webhookId", delivery.webhook().webhookId())
                        .param("attempts", delivery.attempts())
                        .update()
                > 0;
    }

    List<Delivery> deliveries(String webhookId, int limit) {
        return database.sql(DELIVERY
                        + "WHERE d.webhook_id = :id ORDER BY a.raised_at DESC, a.id DESC FETCH FIRST :limit ROWS ONLY")
                .param("id", webhookId)
                .param("limit", limit)
                .query(AlertTable::delivery)
                .list();
    }

    /**
     * What came of an attempt.
     *
     * @param next when another follows; null: none does
     */
    void attempted(Delivery delivery, @Nullable Instant next, @Nullable Instant delivered, String outcome) {
        database.sql("""
                UPDATE alert_delivery SET next_attempt_at = :next, delivered_at = :delivered, outcome = :outcome
                WHERE alert_id = :alertId AND webhook_id = :webhookId AND delivered_at IS NULL
                    AND next_attempt_at IS NOT NULL""")
                .param("next", zoned(next), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("delivered", zoned(delivered), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("outcome", outcome)
                .param("alertId", delivery.alert().alertId())
                .param("webhookId", delivery.webhook().webhookId())
                .update();
    }

    private static Delivery delivery(ResultSet row, int number) throws SQLException {
        return new Delivery(
                alert(row, number),
                webhook(row, number),
                row.getInt("attempts"),
                instant(row, "next_attempt_at"),
                instant(row, "delivered_at"),
                row.getString("outcome"));
    }

    private static Webhook webhook(ResultSet row, int number) throws SQLException {
        return new Webhook(
                row.getString("webhook_id"),
                row.getString("webhook_organization_id"),
                row.getString("name"),
                row.getString("url"),
                kinds(row.getString("kinds")),
                row.getString("pepper_id"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static Alert alert(ResultSet row, int number) throws SQLException {
        String kind = row.getString("kind");
        return new Alert(
                row.getString("alert_id"),
                row.getString("organization_id"),
                AlertKind.of(kind)
                        .orElseThrow(
                                () -> new IllegalStateException("the table has an alert of kind '%s'".formatted(kind))),
                row.getString("event_key"),
                JsonMapper.shared().readValue(row.getString("data"), STRINGS),
                row.getObject("raised_at", OffsetDateTime.class).toInstant());
    }

    private static String words(Set<AlertKind> kinds) {
        return kinds.stream().map(AlertKind::word).sorted().collect(Collectors.joining(","));
    }

    private static Set<AlertKind> kinds(String words) {
        return Arrays.stream(words.split(","))
                .map(AlertKind::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    private static @Nullable OffsetDateTime zoned(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime zoned = row.getObject(column, OffsetDateTime.class);
        return zoned == null ? null : zoned.toInstant();
    }
}
