package dev.molink.controlplane.fleet;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.storage.SharedDatabase;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The fleet as a bean: the registry in a process that declares one, otherwise what the gateways wrote into the database. A
 * process with a registry writes there only when others can read it: a file database belongs to one process.
 */
@AutoConfiguration(after = StorageAutoConfiguration.class)
public class FleetAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(FleetView.class)
    FleetView fleetView(
            NamedParameterJdbcOperations database, PlatformTransactionManager transactions, InstantSource clock) {
        return new FleetLeases(database, new TransactionTemplate(transactions), clock);
    }

    @Bean
    @ConditionalOnBean(FleetRegistry.class)
    @Conditional(SharedDatabase.class)
    RepeatedTask fleetLeaseTask(
            FleetRegistry registry,
            Identifiers identifiers,
            NamedParameterJdbcOperations database,
            PlatformTransactionManager transactions,
            InstantSource clock) {
        FleetLeases leases = new FleetLeases(database, new TransactionTemplate(transactions), clock);
        FleetLeaseWriter writer = new FleetLeaseWriter(identifiers.next("gw"), registry, leases);
        return new RepeatedTask("fleet-leases", FleetRegistry.HEARTBEAT, writer::write);
    }
}
