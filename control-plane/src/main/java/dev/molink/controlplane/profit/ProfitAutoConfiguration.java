package dev.molink.controlplane.profit;

import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.fleet.FleetAutoConfiguration;
import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Cost and profit as beans. */
@AutoConfiguration(after = {StorageAutoConfiguration.class, FleetAutoConfiguration.class})
public class ProfitAutoConfiguration {

    @Bean
    CostProfiles costProfiles(NamedParameterJdbcOperations database, Transactions transactions, InstantSource clock) {
        return new CostProfiles(new CostProfileRows(database), transactions, clock);
    }

    @Bean
    Profits profits(DataSource database, CostProfiles profiles, Transactions transactions) {
        return new Profits(database, profiles, transactions);
    }

    /** Only gateways see nodes. */
    @Bean
    @ConditionalOnBean(FleetRegistry.class)
    RepeatedTask nodePresenceTask(
            FleetRegistry fleet,
            NamedParameterJdbcOperations database,
            Transactions transactions,
            InstantSource clock) {
        NodePresence presence = new NodePresence(fleet, database, transactions, clock);
        return new RepeatedTask("node-presence", NodePresence.INTERVAL, presence::observe);
    }
}
