package dev.molink.gateway.management;

import dev.molink.controlplane.fleet.FleetSnapshot;
import dev.molink.controlplane.fleet.FleetView;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.stereotype.Component;

/** {@code GET /actuator/fleet} on the management port: live nodes and pipelines, for scripts. */
@Component
@Endpoint(id = "fleet")
final class FleetEndpoint {

    private final FleetView fleet;

    FleetEndpoint(FleetView fleet) {
        this.fleet = fleet;
    }

    @ReadOperation
    FleetSnapshot fleet() {
        return fleet.snapshot();
    }
}
