package dev.molink.gateway;

import dev.molink.controlplane.fleet.FleetEvent;
import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.controlplane.fleet.FleetTime;
import dev.molink.gateway.system.GatewaySettings;
import dev.molink.gateway.text.TextAssetStore;
import dev.molink.gateway.tokenizer.TextModelLoader;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the gateway's packages share. */
@Configuration(proxyBeanMethods = false)
class GatewaySetup {

    private static final Logger LOG = LoggerFactory.getLogger(GatewaySetup.class);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    FleetRegistry fleetRegistry() {
        return new FleetRegistry(FleetTime.system(), GatewaySetup::log);
    }

    @Bean
    TextAssetStore textAssetStore(GatewaySettings settings) throws IOException {
        return new TextAssetStore(
                settings.data().resolve("text"),
                new TextModelLoader(settings.home().resolve("native")));
    }

    private static void log(FleetEvent event) {
        switch (event) {
            case FleetEvent.NodeJoined joined ->
                LOG.info(
                        "node {} joined pipeline {} of {} with layers {}",
                        joined.nodeId(),
                        joined.pipeline(),
                        joined.model(),
                        joined.layers());
            case FleetEvent.NodeLeft left ->
                LOG.warn(
                        "node {} left pipeline {} of {}: {}",
                        left.nodeId(),
                        left.pipeline(),
                        left.model(),
                        left.reason());
            case FleetEvent.PipelineCompleted completed ->
                LOG.info("pipeline {} of {} holds every layer", completed.pipeline(), completed.model());
            case FleetEvent.PipelineBroken broken ->
                LOG.warn(
                        "pipeline {} of {} is not complete any more: {}",
                        broken.pipeline(),
                        broken.model(),
                        broken.missing());
        }
    }
}
