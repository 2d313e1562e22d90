package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.admission.UsageLimit.Mode;
import dev.molink.controlplane.alerts.Alert;
import dev.molink.controlplane.alerts.AlertKind;
import dev.molink.controlplane.alerts.Delivery;
import dev.molink.controlplane.alerts.Webhook;
import dev.molink.controlplane.alerts.Webhooks;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From a settlement that crosses a part of a budget to what a webhook is sent, by the product's own listener. */
class BudgetAlertsTests {

    @ParameterizedTest
    @EnumSource
    void aThresholdThatASettlementCrossesIsToldOnceWithIt(TestDatabase database) {
        for (Mode mode : List.of(Mode.HARD, Mode.SOFT)) {
            Replicas tenant = new Replicas(database);
            Webhook webhook = webhook(tenant);
            UsageLimit budget = budget(tenant, mode);
            LimitReplica replica = replica(tenant);

            tenant.settle(replica, request(), 700);
            assertThat(told(tenant, webhook)).isEmpty();
            tenant.settleInVain(replica, request(), 150);
            assertThat(told(tenant, webhook)).isEmpty();
            tenant.settle(replica, request(), 150);
            tenant.settle(replica, request(), 1);

            BigDecimal spent = Replicas.price(700).add(Replicas.price(150));
            assertThat(told(tenant, webhook)).singleElement().satisfies(alert -> {
                assertThat(alert.kind()).isEqualTo(AlertKind.BUDGET_THRESHOLD);
                assertThat(alert.organizationId()).isEqualTo(tenant.project.organizationId());
                assertThat(alert.data())
                        .containsEntry("limit_id", budget.limitId())
                        .containsEntry("owner", budget.owner().toString())
                        .containsEntry("mode", mode.name().toLowerCase(Locale.ROOT))
                        .containsEntry("currency", "USD")
                        .containsEntry("threshold_percent", "80")
                        .containsEntry("month_start", month(database))
                        .hasSize(8);
                assertThat(new BigDecimal(alert.data().get("amount"))).isEqualByComparingTo(Replicas.price(1_000));
                assertThat(new BigDecimal(alert.data().get("spent"))).isEqualByComparingTo(spent);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyThresholdIsToldWhicheverReplicaSettles(TestDatabase database) {
        Replicas tenant = new Replicas(database);
        Webhook webhook = webhook(tenant);
        budget(tenant, Mode.SOFT);
        LimitReplica one = replica(tenant);
        LimitReplica other = replica(tenant);

        tenant.settle(one, request(), 850);
        tenant.settle(other, request(), 1);
        tenant.settle(other, request(), 500);
        tenant.settle(one, request(), 500);

        assertThat(told(tenant, webhook))
                .extracting(alert -> alert.data().get("threshold_percent"))
                .containsExactlyInAnyOrder("80", "100");
    }

    @ParameterizedTest
    @EnumSource
    void aBudgetInShadowModeIsNotTold(TestDatabase database) {
        Replicas tenant = new Replicas(database);
        Webhook webhook = webhook(tenant);
        budget(tenant, Mode.SHADOW);

        tenant.settle(replica(tenant), request(), 2_000);

        assertThat(tenant.crossings()).containsExactly(80, 100);
        assertThat(told(tenant, webhook)).isEmpty();
    }

    private static UsageLimit budget(Replicas tenant, Mode mode) {
        return tenant.limit(LimitMetric.BUDGET_PER_MONTH, Replicas.price(1_000).toPlainString(), mode);
    }

    private static LimitReplica replica(Replicas tenant) {
        return tenant.replica(
                Replicas.settings(Duration.ofSeconds(1), new BigDecimal("0.02")),
                System::nanoTime,
                tenant.store(),
                List.of(tenant.database.bean(BudgetEvents.class)));
    }

    private static Webhook webhook(Replicas tenant) {
        return tenant.database
                .bean(Webhooks.class)
                .create(
                        tenant.project.organizationId(),
                        "pager",
                        "http://127.0.0.1:9/",
                        Set.of(AlertKind.BUDGET_THRESHOLD))
                .webhook();
    }

    private static List<Alert> told(Replicas tenant, Webhook webhook) {
        return tenant.database.bean(Webhooks.class).deliveries(webhook, 100).stream()
                .map(Delivery::alert)
                .toList();
    }

    private static String month(TestDatabase database) {
        return database.clock()
                .instant()
                .atOffset(ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.DAYS)
                .withDayOfMonth(1)
                .toInstant()
                .toString();
    }

    private static String request() {
        return "req_" + UUID.randomUUID();
    }
}
