package dev.molink.gateway.fleet;

import dev.molink.controlplane.fleet.*;
import org.springframework.context.annotation.*;

@Configuration
class TempFleet {
    @Bean
    FleetRegistry fleetRegistry() {
        return new FleetRegistry(FleetTime.system(), event -> {});
    }
}
