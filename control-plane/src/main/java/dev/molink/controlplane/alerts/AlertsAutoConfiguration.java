package dev.molink.controlplane.alerts;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.admission.AdmissionAutoConfiguration;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.KeysAutoConfiguration;
import dev.molink.controlplane.keys.Peppers;
import dev.molink.controlplane.outbound.OutboundAutoConfiguration;
import dev.molink.controlplane.outbound.OutboundHttp;
import dev.molink.controlplane.storage.Transactions;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Alerts as beans. Every replica looks and sends; the database sees to it that everything is told once. */
@AutoConfiguration(
        after = {KeysAutoConfiguration.class, OutboundAutoConfiguration.class},
        before = AdmissionAutoConfiguration.class)
public class AlertsAutoConfiguration {

    private static final Duration SEND_PAUSE = Duration.ofSeconds(1);
    private static final Duration LOOK_PAUSE = Duration.ofMinutes(1);

    @Bean
    Alerts alerts(JdbcClient database, Transactions transactions, Identifiers identifiers, InstantSource clock) {
        return new Alerts(new AlertTable(database), transactions, identifiers, clock);
    }

    @Bean
    Webhooks webhooks(
            JdbcClient database,
            Alerts alerts,
            Peppers peppers,
            OutboundHttp http,
            Identifiers identifiers,
            InstantSource clock) {
        WebhookSecrets secrets = new WebhookSecrets(peppers);
        return new Webhooks(new AlertTable(database), alerts, secrets, peppers, http, identifiers, clock);
    }

    @Bean
    SpendAlerts spendAlerts(JdbcClient database, Alerts alerts, Identifiers identifiers, InstantSource clock) {
        return new SpendAlerts(database, alerts, identifiers, clock);
    }

    @Bean
    BudgetAlerts budgetAlerts(Alerts alerts) {
        return new BudgetAlerts(alerts);
    }

    @Bean
    ReconciliationAlerts reconciliationAlerts(Alerts alerts) {
        return new ReconciliationAlerts(alerts);
    }

    @Bean
    WebhookSender webhookSender(JdbcClient database, Peppers peppers, OutboundHttp http, InstantSource clock) {
        return new WebhookSender(new AlertTable(database), new WebhookSecrets(peppers), http, clock);
    }

    @Bean
    RepeatedTask alertSending(WebhookSender sender) {
        return new RepeatedTask("alert-sending", SEND_PAUSE, sender::sendDue);
    }

    @Bean
    RepeatedTask alertLooking(ApiKeys keys, Alerts alerts, SpendAlerts spending) {
        KeyExpiryAlerts expiry = new KeyExpiryAlerts(keys, alerts);
        return new RepeatedTask("alert-looking", LOOK_PAUSE, () -> {
            expiry.look();
            spending.look();
        });
    }
}
