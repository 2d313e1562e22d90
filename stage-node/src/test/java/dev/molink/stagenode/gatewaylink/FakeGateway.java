package dev.molink.stagenode.gatewaylink;

import dev.molink.proto.node.v1.EvidenceAcknowledgement;
import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.NodeServiceGrpc;
import dev.molink.proto.node.v1.Refused;
import dev.molink.proto.node.v1.ReportAcknowledgement;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.TextAssetChunk;
import dev.molink.proto.node.v1.TextAssetReceipt;
import dev.molink.proto.node.v1.Welcome;
import dev.molink.stagenode.link.HostPort;
import dev.molink.stagenode.security.ClusterSecret;
import dev.molink.stagenode.security.SecretServerInterceptor;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A gateway as nodes see it: welcomes or refuses, and keeps what it is told. */
final class FakeGateway extends NodeServiceGrpc.NodeServiceImplBase implements AutoCloseable {

    static final ClusterSecret SECRET = ClusterSecret.of("secret-of-the-tests");

    final BlockingQueue<NodeMessage> received = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> uploads = new LinkedBlockingQueue<>();
    volatile boolean wantsText;
    volatile @Nullable String refusal;

    private final Server server;
    private volatile @Nullable StreamObserver<GatewayMessage> node;

    FakeGateway() throws IOException {
        this(0);
    }

    FakeGateway(int port) throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .intercept(new SecretServerInterceptor(SECRET))
                .addService(this)
                .directExecutor()
                .build()
                .start();
    }

    HostPort address() {
        return new HostPort("127.0.0.1", server.getPort());
    }

    @Override
    public StreamObserver<NodeMessage> connect(StreamObserver<GatewayMessage> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(NodeMessage message) {
                received.add(message);
                if (message.hasHello()) {
                    answer(message.getHello(), responses);
                }
            }

            @Override
            public void onError(Throwable failure) {
                node = null;
            }

            @Override
            public void onCompleted() {
                responses.onCompleted();
            }
        };
    }

    private void answer(Hello hello, StreamObserver<GatewayMessage> responses) {
        String reason = refusal;
        if (reason != null) {
            responses.onNext(GatewayMessage.newBuilder()
                    .setRefused(Refused.newBuilder().setReason(reason))
                    .build());
            responses.onCompleted();
            return;
        }
        node = responses;
        responses.onNext(GatewayMessage.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setProtocolVersion(hello.getProtocolVersion())
                        .setGatewayId("fake")
                        .setSendText(wantsText))
                .build());
    }

    @Override
    public StreamObserver<TextAssetChunk> uploadText(StreamObserver<TextAssetReceipt> responses) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new StreamObserver<>() {
            @Override
            public void onNext(TextAssetChunk chunk) {
                bytes.writeBytes(chunk.getData().toByteArray());
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                uploads.add(bytes.toByteArray());
                responses.onNext(TextAssetReceipt.getDefaultInstance());
                responses.onCompleted();
            }
        };
    }

    void send(GatewayMessage message) {
        StreamObserver<GatewayMessage> open = node;
        if (open == null) {
            throw new AssertionError("no node is connected");
        }
        open.onNext(message);
    }

    void acknowledge(String requestId) {
        send(GatewayMessage.newBuilder()
                .setAcknowledge(ReportAcknowledgement.newBuilder().setRequestId(requestId))
                .build());
    }

    /** The next message of a kind; others are passed over. */
    NodeMessage next(Predicate<NodeMessage> kind) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            NodeMessage message = received.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (message == null) {
                throw new AssertionError("no such message came within 20 s");
            }
            if (kind.test(message)) {
                return message;
            }
        }
    }

    RequestReport nextReport() throws InterruptedException {
        return next(NodeMessage::hasReport).getReport();
    }

    /** The first record of the next message with evidence. */
    EvidenceRecord nextEvidence() throws InterruptedException {
        return next(NodeMessage::hasEvidence).getEvidence().getRecords(0);
    }

    void acknowledgeEvidence(long sequence) {
        send(GatewayMessage.newBuilder()
                .setEvidence(EvidenceAcknowledgement.newBuilder().addSequences(sequence))
                .build());
    }

    /** As {@code kill -9} looks from the other side. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
