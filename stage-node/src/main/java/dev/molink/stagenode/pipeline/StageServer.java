package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.security.ClusterSecret;
import dev.molink.stagenode.security.SecretServerInterceptor;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.util.MutableHandlerRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Serves the stage service of one node on a free loopback port, for nodes that live within another program. */
final class StageServer implements AutoCloseable {

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final MutableHandlerRegistry services = new MutableHandlerRegistry();
    private final Server server;

    /** Listens already; calls are answered once {@link #serve} was called. */
    StageServer(ClusterSecret secret, Executor executor) throws IOException {
        this.server = StageTransport.prepare(
                        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .intercept(new SecretServerInterceptor(secret))
                .fallbackHandlerRegistry(services)
                .executor(executor)
                .build()
                .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    void serve(StageNode node) {
        services.addService(node.service());
    }

    @Override
    public void close() {
        server.shutdown();
        try {
            server.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.shutdownNow();
    }
}
