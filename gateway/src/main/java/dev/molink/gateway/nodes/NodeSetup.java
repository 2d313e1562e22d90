package dev.molink.gateway.nodes;

import dev.molink.controlplane.evidence.EvidenceJournal;
import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.gateway.system.GatewaySettings;
import dev.molink.gateway.text.TextAssetStore;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.grpc.server.ServerBuilderCustomizer;

/** The port that nodes dial. */
@Configuration(proxyBeanMethods = false)
class NodeSetup {

    @Bean
    ClusterSecret clusterSecret(GatewaySettings settings, Environment environment) throws IOException {
        return ClusterSecret.load(environment.getProperty("MOLINK_CLUSTER_SECRET"), settings.home());
    }

    @Bean
    @GlobalServerInterceptor
    ServerInterceptor clusterSecretInterceptor(ClusterSecret secret) {
        return new ClusterSecretInterceptor(secret);
    }

    @Bean(destroyMethod = "shutdown")
    NodeStreams nodeStreams(FleetRegistry fleet, RequestReports reports, Clock clock) {
        return new NodeStreams(fleet, reports, clock);
    }

    @Bean
    BindableService nodeEndpoint(
            NodeStreams streams,
            FleetRegistry fleet,
            TextAssetStore texts,
            EngineMeters engines,
            EvidenceJournal evidence) {
        return new NodeEndpoint(
                streams,
                fleet,
                texts,
                engines,
                new EvidenceIntake(evidence),
                UUID.randomUUID().toString());
    }

    @Bean
    EngineMeters engineMeters(MeterRegistry registry) {
        return new EngineMeters(registry);
    }

    @Bean
    NodeWatch nodeWatch(NodeStreams streams, NodeSettings settings) {
        return new NodeWatch(streams, settings.check());
    }

    /** Handlers of node messages wait for the database at most, so virtual threads serve them. */
    @Bean
    ServerBuilderCustomizer<NettyServerBuilder> nodeMessageThreads() {
        return builder -> builder.executor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("node-messages-", 0).factory()));
    }
}
