package dev.molink.gateway.testing;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.DeviceInfo;
import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.EvidenceAcknowledgement;
import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.GenerationDefaults;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.NodeServiceGrpc;
import dev.molink.proto.node.v1.NodeState;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.node.v1.StageEvidence;
import dev.molink.proto.node.v1.TextAssetChunk;
import dev.molink.proto.node.v1.TextAssetInfo;
import dev.molink.proto.node.v1.TextAssetReceipt;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A node that speaks the real protocol and answers each request from a script. Its model has the demo's tokenizer. */
public final class ScriptedNode implements AutoCloseable {

    public static final String MODEL = "molink-demo";
    private static final int LAYERS = 8;
    private static final int CONTEXT = 2048;

    private final ManagedChannel channel;
    private final NodeServiceGrpc.NodeServiceStub stub;
    private final Hello hello;
    private final Script script;
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private final Map<String, CompletableFuture<CancelRequest>> cancels = new ConcurrentHashMap<>();
    private final BlockingQueue<GenerateRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> acknowledgements = new LinkedBlockingQueue<>();
    private final BlockingQueue<EvidenceAcknowledgement> evidenceAcknowledgements = new LinkedBlockingQueue<>();
    private final BlockingQueue<FormPipeline> formations = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final CompletableFuture<String> refusal = new CompletableFuture<>();
    private final StreamObserver<NodeMessage> up;

    private ScriptedNode(int port, String secret, Hello hello, Script script) {
        this.hello = hello;
        this.script = script;
        this.channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("molink-cluster-secret", Metadata.ASCII_STRING_MARSHALLER), secret);
        this.stub =
                NodeServiceGrpc.newStub(channel).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
        this.up = stub.connect(new Down());
        send(NodeMessage.newBuilder().setHello(hello).build());
        var _ = heart.scheduleAtFixedRate(this::beat, 0, 500, TimeUnit.MILLISECONDS);
    }

    /** A node that holds all layers, and so is a pipeline by itself. */
    public static ScriptedNode whole(int port, String secret, Script script) {
        return new ScriptedNode(port, secret, hello("node-whole", "main", 0, LAYERS), script);
    }

    public static ScriptedNode withHello(int port, String secret, Hello hello, Script script) {
        return new ScriptedNode(port, secret, hello, script);
    }

    public static Hello hello(String nodeId, String pipeline, int firstLayer, int endLayer) {
        return Hello.newBuilder()
                .setProtocolVersion(5)
                .setNodeId(nodeId)
                .setVersion("test")
                .setAdvertisedAddress("127.0.0.1:50061")
                .setPipeline(pipeline)
                .setFirstLayer(firstLayer)
                .setEndLayer(endLayer)
                .setDevice(DeviceInfo.newBuilder()
                        .setKind("cpu")
                        .setDescription("scripted")
                        .setMemoryBytes(1 << 30)
                        .setKvCapacityTokens(1 << 16))
                .setMappedWeightBytes(12_000_000)
                .setModel(ModelIdentity.newBuilder()
                        .setName(MODEL)
                        .setFingerprint("f".repeat(64))
                        .setDtype("bf16")
                        .setLayers(LAYERS)
                        .setMaxModelLen(CONTEXT)
                        .setVocabularySize(DemoText.VOCABULARY)
                        .addEndTokenIds(DemoText.END_ID)
                        .setDefaults(GenerationDefaults.newBuilder()
                                .setTemperature(0.7f)
                                .setTopP(0.9f)
                                .setRepetitionPenalty(1.1f)))
                .setText(TextAssetInfo.newBuilder()
                        .setSha256(sha256(DemoText.ASSETS.toByteArray()))
                        .setBytes(DemoText.ASSETS.getSerializedSize()))
                .build();
    }

    public GenerateRequest nextRequest() {
        return next(requests, "a request");
    }

    /** Requests that arrived so far do not come from {@link #nextRequest} any more. */
    public void forgetRequests() {
        requests.clear();
    }

    /** The gateway's cancellation of one request. */
    public CancelRequest cancelOf(String requestId) {
        return cancellation(requestId).orTimeout(10, TimeUnit.SECONDS).join();
    }

    public String nextAcknowledgement() {
        return next(acknowledgements, "an acknowledgement");
    }

    public EvidenceAcknowledgement nextEvidenceAcknowledgement() {
        return next(evidenceAcknowledgements, "an acknowledgement of evidence");
    }

    public FormPipeline nextFormation() {
        return next(formations, "a formation");
    }

    /** The sentence with which the gateway refused this node. */
    public String refusal() {
        return refusal.orTimeout(10, TimeUnit.SECONDS).join();
    }

    public String textSha256() {
        return hello.getText().getSha256();
    }

    public boolean isOpen() {
        return !ended.isDone();
    }

    /** Whether a formation came that {@link #nextFormation} has not taken. */
    public boolean formed() {
        return !formations.isEmpty();
    }

    public Status ended() {
        return ended.orTimeout(10, TimeUnit.SECONDS).join();
    }

    public void report(RequestReport report) {
        send(NodeMessage.newBuilder().setReport(report).build());
    }

    /** Tells what it has counted, as every stage does. */
    public void evidence(EvidenceRecord... records) {
        send(NodeMessage.newBuilder()
                .setEvidence(StageEvidence.newBuilder().addAllRecords(List.of(records)))
                .build());
    }

    public void pipeline(PipelineState state, String reason) {
        send(NodeMessage.newBuilder()
                .setPipeline(PipelineReport.newBuilder()
                        .setPipeline(hello.getPipeline())
                        .setState(state)
                        .setEpoch(1)
                        .addNodeIds(hello.getNodeId())
                        .setReason(reason))
                .build());
    }

    /** Tells once how it runs its pipeline, as a head does with each heartbeat. */
    public void beat(EngineFigures figures) {
        send(NodeMessage.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder()
                        .setState(NodeState.NODE_STATE_SERVING)
                        .setEngine(figures))
                .build());
    }

    /** Stops the heartbeats but leaves the stream open, as a hung process does. */
    public void fallSilent() {
        heart.shutdownNow();
    }

    /** Goes away as a killed process does. */
    @Override
    public void close() {
        heart.shutdownNow();
        channel.shutdownNow();
    }

    synchronized void send(NodeMessage message) {
        up.onNext(message);
    }

    private void beat() {
        send(NodeMessage.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setState(NodeState.NODE_STATE_SERVING))
                .build());
    }

    /** Uploads a text and tells how the gateway took it. */
    public Status upload(String sha256, byte[] assets) {
        Outcome outcome = new Outcome();
        StreamObserver<TextAssetChunk> upload = stub.uploadText(outcome);
        int chunk = 100_000;
        for (int from = 0; from < assets.length; from += chunk) {
            upload.onNext(TextAssetChunk.newBuilder()
                    .setSha256(from == 0 ? sha256 : "")
                    .setData(ByteString.copyFrom(assets, from, Math.min(chunk, assets.length - from)))
                    .build());
        }
        upload.onCompleted();
        return outcome.status.orTimeout(10, TimeUnit.SECONDS).join();
    }

    public Status uploadOnly() {
        return upload(hello.getText().getSha256(), DemoText.ASSETS.toByteArray());
    }

    private CompletableFuture<CancelRequest> cancellation(String requestId) {
        return cancels.computeIfAbsent(requestId, _ -> new CompletableFuture<>());
    }

    private static <T> T next(BlockingQueue<T> queue, String what) {
        try {
            T taken = queue.poll(10, TimeUnit.SECONDS);
            if (taken == null) {
                throw new AssertionError("the gateway sent no " + what.split(" ", 2)[1] + " within 10 s");
            }
            return taken;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, stopped);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What the node does with a request; runs on a thread of its own. */
    @FunctionalInterface
    public interface Script {
        void run(ScriptedAnswer answer) throws InterruptedException;
    }

    private final class Down implements StreamObserver<GatewayMessage> {

        @Override
        public void onNext(GatewayMessage message) {
            switch (message.getMessageCase()) {
                case WELCOME -> {
                    if (message.getWelcome().getSendText()) {
                        Thread.ofVirtual().name("upload").start(ScriptedNode.this::uploadOnly);
                    }
                }
                case REFUSED -> refusal.complete(message.getRefused().getReason());
                case FORM -> form(message.getForm());
                case GENERATE -> generate(message.getGenerate());
                case CANCEL -> cancellation(message.getCancel().getRequestId()).complete(message.getCancel());
                case ACKNOWLEDGE ->
                    acknowledgements.add(message.getAcknowledge().getRequestId());
                case EVIDENCE -> evidenceAcknowledgements.add(message.getEvidence());
                case MESSAGE_NOT_SET -> throw new AssertionError("an empty message");
            }
        }

        private void form(FormPipeline formation) {
            PipelineReport.Builder report = PipelineReport.newBuilder()
                    .setPipeline(formation.getPipeline())
                    .setState(PipelineState.PIPELINE_STATE_SERVING)
                    .setEpoch(1);
            formation.getStagesList().stream().map(StageAddress::getNodeId).forEach(report::addNodeIds);
            send(NodeMessage.newBuilder().setPipeline(report).build());
            formations.add(formation);
        }

        private void generate(GenerateRequest request) {
            requests.add(request);
            Thread.ofVirtual().name("script").start(() -> {
                try {
                    script.run(new ScriptedAnswer(ScriptedNode.this, request));
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            ended.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            ended.complete(Status.OK);
        }
    }

    private static final class Outcome implements StreamObserver<TextAssetReceipt> {

        private final CompletableFuture<Status> status = new CompletableFuture<>();

        @Override
        public void onNext(TextAssetReceipt receipt) {}

        @Override
        public void onError(Throwable failure) {
            status.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            status.complete(Status.OK);
        }
    }
}
