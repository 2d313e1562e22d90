package dev.molink.controlplane.reconciliation;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.evidence.EvidenceAutoConfiguration;
import dev.molink.controlplane.evidence.EvidenceStore;
import dev.molink.controlplane.fleet.FleetAutoConfiguration;
import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.usage.UsageAutoConfiguration;
import dev.molink.controlplane.usage.UsageStore;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Reconciliation as beans. */
@AutoConfiguration(
        after = {
            StorageAutoConfiguration.class,
            UsageAutoConfiguration.class,
            EvidenceAutoConfiguration.class,
            FleetAutoConfiguration.class
        })
@EnableConfigurationProperties(ReconciliationSettings.class)
public class ReconciliationAutoConfiguration {

    @Bean
    Reconciliations reconciliations(
            NamedParameterJdbcOperations database,
            UsageStore usage,
            EvidenceStore evidence,
            ReconciliationSettings settings,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock,
            ObjectProvider<ReconciliationListener> listeners) {
        return new Reconciliations(
                new ReconciliationRows(database),
                usage,
                evidence,
                new LedgerCharges(database),
                new StatementCharges(database),
                new LostEvidence(database),
                settings,
                transactions,
                identifiers,
                clock,
                listeners.orderedStream().toList());
    }

    /** Gateways compare; consoles only look. */
    @Bean
    @ConditionalOnBean(FleetRegistry.class)
    RepeatedTask reconciliationTask(Reconciliations reconciliations) {
        return new RepeatedTask("reconciliation", Reconciliations.CHECK, reconciliations::check);
    }
}
