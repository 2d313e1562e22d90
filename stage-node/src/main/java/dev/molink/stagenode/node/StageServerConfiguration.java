package dev.molink.stagenode.node;

import dev.molink.stagenode.pipeline.StageTransport;
import dev.molink.stagenode.security.ClusterSecret;
import dev.molink.stagenode.security.SecretServerInterceptor;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerServicesAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.health.GrpcServerHealthAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.grpc.server.ServerBuilderCustomizer;

/**
 * The gRPC server of a stage process. Only what it needs is configured: the whole of Boot's automatic configuration costs
 * more start-up time than loading the layers. The layers are loaded before the server starts, so it is healthy from its
 * first moment.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    SslAutoConfiguration.class,
    GrpcServerAutoConfiguration.class,
    GrpcServerServicesAutoConfiguration.class,
    GrpcServerHealthAutoConfiguration.class
})
class StageServerConfiguration {

    @Bean
    BindableService stageService(StageProcess process) {
        return process.service();
    }

    /** Before every service, health included. */
    @Bean
    @GlobalServerInterceptor
    ServerInterceptor clusterSecretInterceptor(ClusterSecret secret) {
        return new SecretServerInterceptor(secret);
    }

    @Bean
    ServerBuilderCustomizer<NettyServerBuilder> transport(StageProcess process) {
        return builder -> StageTransport.prepare(builder).executor(process.calls());
    }

    @Bean
    StageLifecycle stageLifecycle(StageProcess process, HealthStatusManager health) {
        return new StageLifecycle(process, health);
    }
}
