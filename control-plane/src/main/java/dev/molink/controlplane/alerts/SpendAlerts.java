package dev.molink.controlplane.alerts;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Spend alerts, and the look at the month's spending that raises them. Months are those of UTC, as OpenAI's are. */
public final class SpendAlerts {

    private static final int MOST = 100;
    private static final String COLUMNS = "id, organization_id, project_id, threshold, currency, created_at";
    private static final String SPENT = """
            SELECT COALESCE(SUM(charge), 0) FROM usage_day
            WHERE organization_id = :organizationId AND starts_at >= :from AND starts_at < :until
                AND currency = :currency AND (:projectId IS NULL OR project_id = :projectId)""";

    private final JdbcClient database;
    private final Alerts alerts;
    private final Identifiers identifiers;
    private final InstantSource clock;

    SpendAlerts(JdbcClient database, Alerts alerts, Identifiers identifiers, InstantSource clock) {
        this.database = database;
        this.alerts = alerts;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /**
     * Creates one.
     *
     * @throws RefusedException when there are too many
     */
    public SpendAlert create(String organizationId, @Nullable String projectId, BigDecimal threshold, String currency) {
        if (list(organizationId, projectId).size() >= MOST) {
            throw new RefusedException(
                    Reason.INVALID_VALUE, "there are %d spend alerts already, which is the most".formatted(MOST));
        }
        SpendAlert alert = new SpendAlert(
                identifiers.next("alert"),
                organizationId,
                projectId,
                threshold,
                currency,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        database.sql(
                        "INSERT INTO spend_alert (%s) VALUES (:id, :organizationId, :projectId, :threshold, :currency, :createdAt)"
                                .formatted(COLUMNS))
                .param("id", alert.spendAlertId())
                .param("organizationId", organizationId)
                .param("projectId", projectId, Types.VARCHAR)
                .param("threshold", threshold)
                .param("currency", currency)
                .param("createdAt", alert.createdAt().atOffset(ZoneOffset.UTC))
                .update();
        return alert;
    }

    /** Those of the organization as a whole, or of one of its projects, the oldest first. */
    public List<SpendAlert> list(String organizationId, @Nullable String projectId) {
        return all().stream()
                .filter(alert -> alert.organizationId().equals(organizationId)
                        && java.util.Objects.equals(alert.projectId(), projectId))
                .toList();
    }

    /** @throws RefusedException when there is none */
    public SpendAlert find(String organizationId, @Nullable String projectId, String spendAlertId) {
        return list(organizationId, projectId).stream()
                .filter(alert -> alert.spendAlertId().equals(spendAlertId))
                .findFirst()
                .orElseThrow(() ->
                        new RefusedException(Reason.NOT_FOUND, "there is no spend alert '%s'".formatted(spendAlertId)));
    }

    /** Changes its sum; one that was told this month is told again when the new one is reached. */
    public SpendAlert change(SpendAlert alert, BigDecimal threshold) {
        database.sql("UPDATE spend_alert SET threshold = :threshold WHERE id = :id")
                .param("threshold", threshold)
                .param("id", alert.spendAlertId())
                .update();
        return new SpendAlert(
                alert.spendAlertId(),
                alert.organizationId(),
                alert.projectId(),
                threshold,
                alert.currency(),
                alert.createdAt());
    }

    public void delete(SpendAlert alert) {
        database.sql("DELETE FROM spend_alert WHERE id = :id")
                .param("id", alert.spendAlertId())
                .update();
    }

    /** Raises those whose sum is reached; called by the clock. */
    void look() {
        OffsetDateTime month = clock.instant()
                .atOffset(ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.DAYS)
                .withDayOfMonth(1);
        for (SpendAlert alert : all()) {
            BigDecimal spent = spent(alert, month);
            if (spent.compareTo(alert.threshold()) >= 0) {
                raise(alert, spent, month.toInstant());
            }
        }
    }

    private void raise(SpendAlert alert, BigDecimal spent, Instant month) {
        String sum = alert.threshold().stripTrailingZeros().toPlainString();
        Map<String, String> data = new TreeMap<>();
        data.put("spend_alert_id", alert.spendAlertId());
        data.put("threshold_amount", sum);
        data.put("spent", spent.stripTrailingZeros().toPlainString());
        data.put("currency", alert.currency());
        data.put("month_start", month.toString());
        if (alert.projectId() != null) {
            data.put("project_id", alert.projectId());
        }
        String key = "spend-alert:%s:%s:%s".formatted(alert.spendAlertId(), month, sum);
        alerts.raise(AlertKind.SPEND_ALERT, alert.organizationId(), key, data);
    }

    private BigDecimal spent(SpendAlert alert, OffsetDateTime month) {
        return database.sql(SPENT)
                .param("organizationId", alert.organizationId())
                .param("from", month)
                .param("until", month.plusMonths(1))
                .param("currency", alert.currency())
                .param("projectId", alert.projectId(), Types.VARCHAR)
                .query(BigDecimal.class)
                .single();
    }

    private List<SpendAlert> all() {
        return database.sql("SELECT %s FROM spend_alert ORDER BY created_at, id".formatted(COLUMNS))
                .query(SpendAlerts::alert)
                .list();
    }

    private static SpendAlert alert(ResultSet row, int number) throws SQLException {
        return new SpendAlert(
                row.getString("id"),
                row.getString("organization_id"),
                row.getString("project_id"),
                row.getBigDecimal("threshold"),
                row.getString("currency"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
