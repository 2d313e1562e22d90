package dev.molink.gateway.management;

import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.controlplane.fleet.KnownModel;
import dev.molink.gateway.text.TextAssetStore;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Ready means that at least one pipeline serves, and what turns its text into ids has arrived. */
@Component("pipeline")
final class PipelineHealth implements HealthIndicator {

    private final FleetRegistry fleet;
    private final TextAssetStore texts;

    PipelineHealth(FleetRegistry fleet, TextAssetStore texts) {
        this.fleet = fleet;
        this.texts = texts;
    }

    @Override
    public Health health() {
        List<String> serving = fleet.models().stream()
                .filter(this::hasItsText)
                .map(model -> model.identity().getName())
                .filter(name -> !fleet.serving(name).isEmpty())
                .toList();
        Health.Builder health = serving.isEmpty() ? Health.outOfService() : Health.up();
        return health.withDetail("models", serving).build();
    }

    /** A model without text takes ids only, and lacks nothing. */
    private boolean hasItsText(KnownModel model) {
        return model.textSha256().isEmpty() || texts.has(model.textSha256());
    }
}
