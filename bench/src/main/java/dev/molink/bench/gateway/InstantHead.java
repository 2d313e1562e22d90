package dev.molink.bench.gateway;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.DeviceInfo;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateEvents;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.NodeServiceGrpc;
import dev.molink.proto.node.v1.NodeState;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.RowCounts;
import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.node.v1.TextAssetChunk;
import dev.molink.proto.node.v1.TextAssetInfo;
import dev.molink.proto.node.v1.TextAssetReceipt;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.pipeline.Handshake;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline of one stage that speaks the nodes' real protocol and computes nothing: a request gets its tokens and its report
 * at once, or one token after another at a given pace. What then takes time is the gateway.
 */
public final class InstantHead implements AutoCloseable {

    private static final int LAYERS = 8;
    private static final int UPLOAD_BYTES = 1 << 20;
    /** Of the bundled model; ids below are special or single bytes, these are words. */
    private static final int FIRST_WORD = 300;

    private static final int WORDS = 1000;
    private static final long HEARTBEAT_MILLIS = 500;

    private final ManagedChannel channel;
    private final NodeServiceGrpc.NodeServiceStub gateway;
    private final Hello hello;
    private final TextAssets text;
    private final Duration pace;
    private final StreamObserver<NodeMessage> up; // guarded by this
    private volatile String refusal = "";
    private final Map<String, long[]> sentNanos = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("instant-head").daemon().factory());

    /** What it says of its model, which has the bundled one's text. */
    public record Model(String name, int contextTokens, int vocabularySize, int endTokenId, TextAssets text) {}

    /**
     * Dials the gateway on this machine.
     *
     * @param pace between two tokens of a request; zero: all at once
     */
    public InstantHead(int nodePort, String clusterSecret, Model model, Duration pace) {
        this.hello = hello(model);
        this.text = model.text();
        this.pace = pace;
        this.channel = NettyChannelBuilder.forAddress("127.0.0.1", nodePort)
                .usePlaintext()
                .build();
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("molink-cluster-secret", Metadata.ASCII_STRING_MARSHALLER), clusterSecret);
        this.gateway =
                NodeServiceGrpc.newStub(channel).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
        this.up = gateway.connect(new Down());
        send(NodeMessage.newBuilder().setHello(hello).build());
        var _ = clock.scheduleAtFixedRate(this::beat, 0, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** When each token of a paced request left, by {@link System#nanoTime}; null for a request that it does not know. Told once. */
    public long @Nullable [] takeSentNanos(String requestId) {
        return sentNanos.remove(requestId);
    }

    /** Why the gateway does not take it; empty while it does. */
    public String refusal() {
        return refusal;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        channel.shutdownNow();
    }

    private synchronized void send(NodeMessage message) {
        up.onNext(message);
    }

    private void beat() {
        send(NodeMessage.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setState(NodeState.NODE_STATE_SERVING))
                .build());
    }

    private void form(FormPipeline formation) {
        PipelineReport.Builder report = PipelineReport.newBuilder()
                .setPipeline(formation.getPipeline())
                .setState(PipelineState.PIPELINE_STATE_SERVING)
                .setEpoch(1);
        formation.getStagesList().stream().map(StageAddress::getNodeId).forEach(report::addNodeIds);
        send(NodeMessage.newBuilder().setPipeline(report).build());
    }

    private void generate(GenerateRequest request) {
        if (pace.isZero()) {
            answerAtOnce(request);
        } else {
            sentNanos.put(request.getRequestId(), new long[request.getMaxTokens()]);
            later(request, 0, Instant.now());
        }
    }

    private void answerAtOnce(GenerateRequest request) {
        Instant now = Instant.now();
        GenerateEvents.Builder events = GenerateEvents.newBuilder();
        for (int choice = 0; choice < request.getChoices(); choice++) {
            GenerateEvent.Builder event = event(request, choice, 0);
            for (int token = 0; token < request.getMaxTokens(); token++) {
                event.addTokenIds(FIRST_WORD + token % WORDS);
            }
            events.addEvents(event.setFinish(FinishReason.FINISH_REASON_LENGTH));
        }
        send(NodeMessage.newBuilder().setEvents(events).build());
        send(NodeMessage.newBuilder().setReport(report(request, now)).build());
    }

    private void later(GenerateRequest request, int token, Instant receivedAt) {
        var _ = clock.schedule(() -> sayOne(request, token, receivedAt), pace.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sayOne(GenerateRequest request, int token, Instant receivedAt) {
        boolean last = token + 1 == request.getMaxTokens();
        GenerateEvent.Builder event = event(request, 0, token)
                .addTokenIds(FIRST_WORD + token % WORDS)
                .setFinish(last ? FinishReason.FINISH_REASON_LENGTH : FinishReason.FINISH_REASON_UNSPECIFIED);
        NodeMessage message = NodeMessage.newBuilder()
                .setEvents(GenerateEvents.newBuilder().addEvents(event))
                .build();
        long[] times = sentNanos.get(request.getRequestId());
        if (times != null) {
            times[token] = System.nanoTime();
        }
        send(message);
        if (last) {
            send(NodeMessage.newBuilder().setReport(report(request, receivedAt)).build());
        } else {
            later(request, token + 1, receivedAt);
        }
    }

    private static GenerateEvent.Builder event(GenerateRequest request, int choice, int index) {
        return GenerateEvent.newBuilder()
                .setRequestId(request.getRequestId())
                .setChoice(choice)
                .setIndex(index);
    }

    private RequestReport report(GenerateRequest request, Instant receivedAt) {
        RequestReport.Builder report = RequestReport.newBuilder()
                .setRequestId(request.getRequestId())
                .setAccounting(request.getAccounting())
                .setModel(hello.getModel().getName())
                .setPipeline(hello.getPipeline())
                .setEpoch(1)
                .setPromptTokens(request.getPromptTokenIdsCount())
                .setReceivedUnixNanos(unixNanos(receivedAt))
                .setFirstTokenUnixNanos(unixNanos(receivedAt))
                .setFinishedUnixNanos(unixNanos(Instant.now()))
                .setRows(RowCounts.newBuilder()
                        .setComputed(request.getPromptTokenIdsCount()
                                + (long) request.getChoices() * (request.getMaxTokens() - 1)))
                .setCodec("f32");
        for (int choice = 0; choice < request.getChoices(); choice++) {
            report.addGeneratedTokens(request.getMaxTokens()).addFinish(FinishReason.FINISH_REASON_LENGTH);
        }
        return report.build();
    }

    private static long unixNanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    private void upload() {
        byte[] bytes = text.toByteArray();
        StreamObserver<TextAssetChunk> upload = gateway.uploadText(new Ignored());
        for (int from = 0; from < bytes.length; from += UPLOAD_BYTES) {
            upload.onNext(TextAssetChunk.newBuilder()
                    .setSha256(from == 0 ? hello.getText().getSha256() : "")
                    .setData(ByteString.copyFrom(bytes, from, Math.min(UPLOAD_BYTES, bytes.length - from)))
                    .build());
        }
        upload.onCompleted();
    }

    private static Hello hello(Model model) {
        return Hello.newBuilder()
                .setProtocolVersion(Handshake.PROTOCOL_VERSION)
                .setNodeId("node_instant")
                .setVersion("bench")
                .setAdvertisedAddress("127.0.0.1:1")
                .setPipeline("instant")
                .setFirstLayer(0)
                .setEndLayer(LAYERS)
                .setDevice(DeviceInfo.newBuilder()
                        .setKind("cpu")
                        .setDescription("computes nothing")
                        .setMemoryBytes(1 << 30)
                        .setKvCapacityTokens(1 << 20))
                .setModel(ModelIdentity.newBuilder()
                        .setName(model.name())
                        .setFingerprint("0".repeat(64))
                        .setDtype("bf16")
                        .setLayers(LAYERS)
                        .setMaxModelLen(model.contextTokens())
                        .setVocabularySize(model.vocabularySize())
                        .addEndTokenIds(model.endTokenId()))
                .setText(TextAssetInfo.newBuilder()
                        .setSha256(sha256(model.text().toByteArray()))
                        .setBytes(model.text().getSerializedSize()))
                .build();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private final class Down implements StreamObserver<GatewayMessage> {

        @Override
        public void onNext(GatewayMessage message) {
            switch (message.getMessageCase()) {
                case WELCOME -> {
                    if (message.getWelcome().getSendText()) {
                        upload();
                    }
                }
                case REFUSED -> refusal = message.getRefused().getReason();
                case FORM -> form(message.getForm());
                case GENERATE -> generate(message.getGenerate());
                default -> {} // nothing runs that could be cancelled, nothing is kept that waits for an acknowledgement
            }
        }

        @Override
        public void onError(Throwable failure) {
            clock.shutdownNow();
        }

        @Override
        public void onCompleted() {
            clock.shutdownNow();
        }
    }

    private static final class Ignored implements StreamObserver<TextAssetReceipt> {

        @Override
        public void onNext(TextAssetReceipt receipt) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
