package dev.molink.controlplane.fleet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Publishes what this gateway sees to the database, so that consoles in other processes see it. */
final class FleetLeaseWriter {

    private static final Logger LOG = LoggerFactory.getLogger(FleetLeaseWriter.class);

    private final String gatewayId;
    private final FleetRegistry registry;
    private final FleetLeases leases;

    FleetLeaseWriter(String gatewayId, FleetRegistry registry, FleetLeases leases) {
        this.gatewayId = gatewayId;
        this.registry = registry;
        this.leases = leases;
    }

    /** Called once a second; while the database is away, the leases simply expire. */
    void write() {
        try {
            leases.write(gatewayId, registry.snapshot());
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.warn("the fleet could not be published: {}", unreachable.getMessage());
        }
    }
}
