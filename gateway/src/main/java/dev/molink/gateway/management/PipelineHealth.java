package dev.molink.gateway.management;

import dev.molink.controlplane.fleet.FleetRegistry;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Ready means that at least one pipeline serves. */
@Component("pipeline")
final class PipelineHealth implements HealthIndicator {

    private final FleetRegistry fleet;

    PipelineHealth(FleetRegistry fleet) {
        this.fleet = fleet;
    }

    @Override
    public Health health() {
        List<String> serving = fleet.models().stream()
                .map(model -> model.identity().getName())
                .filter(name -> !fleet.serving(name).isEmpty())
                .toList();
        Health.Builder health = serving.isEmpty() ? Health.outOfService() : Health.up();
        return health.withDetail("models", serving).build();
    }
}
