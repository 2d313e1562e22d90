package dev.molink.bench.engine;

import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.EvidenceAcknowledgement;
import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.NodeServiceGrpc;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.ReportAcknowledgement;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.SamplingParameters;
import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.node.v1.StageFigures;
import dev.molink.proto.node.v1.Welcome;
import dev.molink.stagenode.pipeline.Handshake;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The least that nodes need of a gateway: takes in the stages of one pipeline, has them formed, and gives the head requests of
 * token ids. It knows no text, tenant or database, so that what takes time is the pipeline. Safe for any number of threads.
 */
public final class BareGateway implements AutoCloseable {

    private final Server server;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final CompletableFuture<Node> head = new CompletableFuture<>();
    private final List<Node> nodes = new ArrayList<>(); // guarded by itself
    private volatile EngineFigures figures = EngineFigures.getDefaultInstance();

    /** Listens on this machine's loopback address. */
    public BareGateway(int nodePort) throws IOException {
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), nodePort))
                .directExecutor()
                .addService(new Service())
                .build()
                .start();
    }

    /**
     * Waits until the stages that dialled in cover the model and serve.
     *
     * @throws IllegalStateException when they refuse each other, or {@code patience} is over
     */
    public void awaitServing(Duration patience) throws InterruptedException {
        try {
            head.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no pipeline serves after %d s".formatted(patience.toSeconds()), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Idle time ÷ time of each stage lately, as the head said last. */
    public List<Double> bubbleShares() {
        return figures.getStagesList().stream()
                .map(StageFigures::getBubbleShare)
                .toList();
    }

    /**
     * One greedy completion of exactly {@code maxTokens} ids.
     *
     * @throws IllegalStateException when the head reports a failure
     */
    public CompletionTiming complete(List<Integer> prompt, int maxTokens) throws InterruptedException {
        Running request = new Running();
        String id = "bench-" + requests.incrementAndGet();
        running.put(id, request);
        Node to = head.join();
        to.send(GatewayMessage.newBuilder()
                .setGenerate(GenerateRequest.newBuilder()
                        .setRequestId(id)
                        .addAllPromptTokenIds(prompt)
                        .setMaxTokens(maxTokens)
                        .setChoices(1)
                        .setSampling(SamplingParameters.newBuilder()
                                .setTemperature(0)
                                .setIgnoreEnd(true)))
                .build());
        try {
            return request.timing(request.end.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private void formWhenComplete(Hello last) {
        List<Node> chain;
        synchronized (nodes) {
            chain = nodes.stream()
                    .sorted(Comparator.comparingInt((Node node) -> node.hello.getFirstLayer()))
                    .toList();
        }
        FormPipeline.Builder formation = FormPipeline.newBuilder().setPipeline(last.getPipeline());
        int layer = 0;
        for (Node node : chain) {
            if (node.hello.getFirstLayer() != layer) {
                return;
            }
            layer = node.hello.getEndLayer();
            formation.addStages(StageAddress.newBuilder()
                    .setNodeId(node.hello.getNodeId())
                    .setAddress(node.hello.getAdvertisedAddress())
                    .setFirstLayer(node.hello.getFirstLayer())
                    .setEndLayer(layer));
        }
        if (layer == last.getModel().getLayers()) {
            chain.getFirst().send(GatewayMessage.newBuilder().setForm(formation).build());
        }
    }

    private void formed(Node node, PipelineReport report) {
        switch (report.getState()) {
            case PIPELINE_STATE_SERVING -> head.complete(node);
            case PIPELINE_STATE_REFUSED, PIPELINE_STATE_BROKEN -> fail(report.getReason());
            default -> {} // not yet
        }
    }

    private void fail(String reason) {
        IllegalStateException failure = new IllegalStateException(reason);
        head.completeExceptionally(failure);
        running.values().forEach(request -> request.end.completeExceptionally(failure));
    }

    /** A request that the head works at. */
    private static final class Running {

        private final long startNanos = System.nanoTime();
        private final CompletableFuture<RequestReport> end = new CompletableFuture<>();
        private final List<Double> arrivals = new ArrayList<>(); // the head's stream alone writes, the end publishes

        void generated(GenerateEvent event) {
            if (event.getTokenIdsCount() > 0) {
                arrivals.add(seconds());
            }
        }

        void ended(RequestReport report) {
            if (report.hasFailure()) {
                end.completeExceptionally(
                        new IllegalStateException(report.getFailure().getMessage()));
            } else {
                end.complete(report);
            }
        }

        CompletionTiming timing(RequestReport report) {
            return new CompletionTiming(
                    arrivals, seconds(), report.getGeneratedTokens(0), report.getCachedTokens(), "");
        }

        private double seconds() {
            return (System.nanoTime() - startNanos) / 1e9;
        }
    }

    private final class Service extends NodeServiceGrpc.NodeServiceImplBase {

        @Override
        public StreamObserver<NodeMessage> connect(StreamObserver<GatewayMessage> down) {
            return new Node(down);
        }
    }

    /** One node's stream. */
    private final class Node implements StreamObserver<NodeMessage> {

        private final StreamObserver<GatewayMessage> down;
        private Hello hello = Hello.getDefaultInstance();

        Node(StreamObserver<GatewayMessage> down) {
            this.down = down;
        }

        synchronized void send(GatewayMessage message) {
            down.onNext(message);
        }

        @Override
        public void onNext(NodeMessage message) {
            switch (message.getMessageCase()) {
                case HELLO -> greet(message.getHello());
                case HEARTBEAT -> {
                    if (message.getHeartbeat().hasEngine()) {
                        figures = message.getHeartbeat().getEngine();
                    }
                }
                case PIPELINE -> formed(this, message.getPipeline());
                case EVENTS -> message.getEvents().getEventsList().forEach(this::generated);
                case REPORT -> report(message.getReport());
                case EVIDENCE ->
                    send(GatewayMessage.newBuilder()
                            .setEvidence(EvidenceAcknowledgement.newBuilder()
                                    .addAllSequences(message.getEvidence().getRecordsList().stream()
                                            .map(EvidenceRecord::getSequence)
                                            .toList()))
                            .build());
                default -> {} // a Goodbye is followed by the stream's end
            }
        }

        private void greet(Hello said) {
            hello = said;
            send(GatewayMessage.newBuilder()
                    .setWelcome(Welcome.newBuilder()
                            .setProtocolVersion(Handshake.PROTOCOL_VERSION)
                            .setGatewayId("gw_bare"))
                    .build());
            synchronized (nodes) {
                nodes.add(this);
            }
            formWhenComplete(said);
        }

        private void generated(GenerateEvent event) {
            Running request = running.get(event.getRequestId());
            if (request != null) {
                request.generated(event);
            }
        }

        private void report(RequestReport report) {
            Running request = running.remove(report.getRequestId());
            if (request != null) {
                request.ended(report);
            }
            send(GatewayMessage.newBuilder()
                    .setAcknowledge(ReportAcknowledgement.newBuilder().setRequestId(report.getRequestId()))
                    .build());
        }

        @Override
        public void onError(Throwable failure) {
            fail("a node is gone: " + failure.getMessage());
        }

        @Override
        public void onCompleted() {
            down.onCompleted();
            fail("a node has left");
        }
    }
}
