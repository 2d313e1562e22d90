package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.pipeline.Stages.Member;
import dev.molink.stagenode.security.ClusterSecret;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretTests {

    private final Stages stages = new Stages();
    private Member node;

    static Stream<MethodDescriptor<?, ?>> everyCall() {
        return StageServiceGrpc.getServiceDescriptor().getMethods().stream();
    }

    @BeforeEach
    void start() {
        node = stages.start("node", 0, 9);
    }

    @AfterEach
    void stop() {
        stages.close();
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void refusesAnAnonymousCall(MethodDescriptor<?, ?> method) throws Exception {
        Status status = call(
                NettyChannelBuilder.forAddress("127.0.0.1", node.server().getPort())
                        .usePlaintext()
                        .build(),
                method);

        assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(status.getDescription())
                .isEqualTo("the call carries no cluster secret; set the same MOLINK_CLUSTER_SECRET on every machine");
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void refusesACallWithAnotherSecret(MethodDescriptor<?, ?> method) throws Exception {
        PeerDialer stranger = new PeerDialer(ClusterSecret.of("secret-of-another-cluster"), Runnable::run);

        Status status = call(stranger.dial(node.description().getAddress()), method);

        assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(status.getDescription())
                .isEqualTo(
                        "the call carries another cluster secret than this node; set the same MOLINK_CLUSTER_SECRET on every machine");
    }

    private static <A, B> Status call(ManagedChannel channel, MethodDescriptor<A, B> method) throws Exception {
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<A, B> call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        call.request(1);
        // An empty message of any type; unary calls leave the client with their message only.
        call.sendMessage(method.parseRequest(InputStream.nullInputStream()));
        call.halfClose();
        try {
            return end.get(20, TimeUnit.SECONDS);
        } finally {
            channel.shutdownNow();
        }
    }
}
