package dev.molink.stagenode.node;

import dev.molink.kernels.KvCacheShape;
import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.DeviceInfo;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.NodeState;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.StagePlace;
import dev.molink.proto.stage.v1.AssetKind;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.stagenode.asset.AssetSender;
import dev.molink.stagenode.asset.AssetStore;
import dev.molink.stagenode.engine.HeadListener;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.engine.HeadStatus;
import dev.molink.stagenode.gatewaylink.GatewayLinks;
import dev.molink.stagenode.gatewaylink.NodeDuties;
import dev.molink.stagenode.gatewaylink.NodeProfile;
import dev.molink.stagenode.journal.CounterJournal;
import dev.molink.stagenode.journal.ReportJournal;
import dev.molink.stagenode.link.HostPort;
import dev.molink.stagenode.link.LinkFaults;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.pipeline.Epochs;
import dev.molink.stagenode.pipeline.Handshake;
import dev.molink.stagenode.pipeline.HeadRole;
import dev.molink.stagenode.pipeline.LoadedStage;
import dev.molink.stagenode.pipeline.NodeEngine;
import dev.molink.stagenode.pipeline.PeerJoin;
import dev.molink.stagenode.pipeline.StageNode;
import dev.molink.stagenode.pipeline.StageThreads;
import dev.molink.stagenode.security.ClusterSecret;
import dev.molink.stagenode.structure.ShippedGrammars;
import dev.molink.stagenode.structure.StructureDesk;
import io.grpc.BindableService;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that runs in a stage process but its gRPC server: put together here, begun, and ended in order. */
final class StageProcess implements AutoCloseable {

    /** Time that running requests get to finish when the process is told to stop. */
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(5);

    /** Time that a gateway gets to take over what this stage counted. */
    private static final Duration EVIDENCE_PATIENCE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(StageProcess.class);

    private final LoadedStage stage;
    private final StageText text;
    private final Places places;
    private final Consumer<String> onHopeless;
    private final DataFolder data;
    private final ReportJournal journal;
    private final CounterJournal counters;
    private final ExecutorService calls = StageThreads.forCalls();
    private final PeerDialer dialer;
    private final GatewayLinks gateways;
    private final AssetSender sender;
    private final StructureDesk structures;
    private final NodeEngine engine;
    private final StageNode node;
    private final Optional<PeerJoin> join;

    private volatile boolean draining;

    /** Where the process listens and whom it dials. */
    record Places(HostPort own, List<HostPort> gateways, Optional<HostPort> peer) {}

    /**
     * @param linkFaults made on purpose in frames that go out
     * @param onHopeless called with a sentence when nobody will take this node as it is
     */
    StageProcess(
            LoadedStage stage,
            HeadSettings head,
            ModelFiles files,
            StageText text,
            DataFolder data,
            ClusterSecret secret,
            Places places,
            LinkFaults linkFaults,
            Consumer<String> onHopeless)
            throws IOException {
        this.stage = stage;
        this.text = text;
        this.places = places;
        this.onHopeless = onHopeless;
        this.data = data;
        this.journal = ReportJournal.open(data.reports());
        this.counters = CounterJournal.open(data.counters(), place(stage));
        this.dialer = new PeerDialer(secret, calls, linkFaults);
        this.gateways = new GatewayLinks(
                new Profile(), new Duties(), dialer, journal, counters, new SecureRandom(), onHopeless);
        StageDescription self = stage.description(data.nodeId(), places.own().toString());
        AssetStore assets = new AssetStore();
        this.sender = new AssetSender(dialer, self.getAddress(), assets);
        this.structures = new StructureDesk(files::textAssets, this::ship);
        this.engine = NodeEngine.start(
                stage,
                isHead() ? Optional.of(new HeadRole(head, new Results(), structures)) : Optional.empty(),
                new ShippedGrammars(assets, stage.model()),
                counters::add);
        this.node = new StageNode(
                self,
                engine,
                head.wire(),
                dialer,
                Epochs.keptIn(data.epochs(), InstantSource.system()),
                () -> gateways.gateways().stream().map(HostPort::toString).toList(),
                gateways::send,
                assets);
        this.join = places.peer().map(peer -> new PeerJoin(node, peer, dialer, gateways::add, onHopeless));
    }

    private CompletableFuture<Void> ship(long epoch, AssetKind kind, byte[] bytes) {
        return node.samplingStage(epoch)
                .map(address -> sender.send(address, kind, bytes))
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new IllegalStateException("formation %d does not stand any more".formatted(epoch))));
    }

    private static StagePlace place(LoadedStage stage) {
        return StagePlace.newBuilder()
                .setPipeline(stage.pipeline())
                .setModel(stage.model().getName())
                .setFirstLayer(stage.range().first())
                .setEndLayer(stage.range().end())
                .setModelLayers(stage.model().getLayers())
                .build();
    }

    private boolean isHead() {
        return stage.range().first() == 0;
    }

    BindableService service() {
        return node.service();
    }

    ExecutorService calls() {
        return calls;
    }

    /** Registers; called when the server listens. */
    void begin() {
        log.info(
                "node {} listens on {}: layers {} of {} ({} of {}), {} MiB of weights mapped, KV memory for {} tokens, {}",
                node.description().getNodeId(),
                places.own(),
                stage.range(),
                stage.model().getLayers(),
                stage.model().getName(),
                stage.model().getDtype(),
                stage.mappedBytes() >> 20,
                stage.kvCapacityTokens(),
                stage.device());
        places.gateways().forEach(gateways::add);
        join.ifPresent(PeerJoin::start);
        if (places.gateways().isEmpty() && join.isEmpty()) {
            beginAlone();
        }
    }

    private void beginAlone() {
        if (!isHead()) {
            onHopeless.accept("layers %s need a pipeline: give --gateway or --initial-peer".formatted(stage.range()));
        } else if (stage.range().end() == stage.model().getLayers()) {
            node.formAlone();
        } else {
            log.info(
                    "waiting for the layers from {} on to join {}",
                    stage.range().end(),
                    places.own());
        }
    }

    /** Lets running requests finish for a while; gateways send no new ones meanwhile. */
    void drain() {
        draining = true;
        log.info("stopping; running requests have {} s to finish", DRAIN_PATIENCE.toSeconds());
        long deadline = System.nanoTime() + DRAIN_PATIENCE.toNanos();
        while (isBusy() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private boolean isBusy() {
        return engine.status()
                .filter(status -> status.runningSequences() + status.waitingSequences() > 0)
                .isPresent();
    }

    /** Says Goodbye, leaves the pipeline, and ends what is left in the order in which it depends on each other. */
    @Override
    public void close() {
        join.ifPresent(PeerJoin::close);
        node.close();
        engine.close();
        structures.close();
        handOverEvidence();
        gateways.close();
        closeQuietly("report journal", journal);
        closeQuietly("counter journal", counters);
        closeQuietly("data folder", data);
        calls.shutdown();
    }

    /** What was counted last is not to wait for a start that may never come. */
    private void handOverEvidence() {
        long deadline = System.nanoTime() + EVIDENCE_PATIENCE.toNanos();
        try {
            counters.endCounting().get(EVIDENCE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the last counts were not written in time; they become evidence after the next start", e);
        }
        gateways.deliverEvidence();
        while (gateways.isRegistered() && !counters.unacknowledged().isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static void closeQuietly(String what, AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            log.warn("the {} could not be closed", what, e);
        }
    }

    private final class Profile implements NodeProfile {

        @Override
        public Hello hello() {
            StageDescription self = node.description();
            Hello.Builder hello = Hello.newBuilder()
                    .setProtocolVersion(Handshake.PROTOCOL_VERSION)
                    .setNodeId(self.getNodeId())
                    .setVersion(StageVersion.text())
                    .setAdvertisedAddress(self.getAddress())
                    .addAllCapabilities(Handshake.CAPABILITIES)
                    .setPipeline(self.getPipeline())
                    .setModel(self.getModel())
                    .setFirstLayer(self.getFirstLayer())
                    .setEndLayer(self.getEndLayer())
                    .setMappedWeightBytes(stage.mappedBytes())
                    .setDevice(DeviceInfo.newBuilder()
                            .setKind("cpu")
                            .setDescription(stage.device())
                            .setMemoryBytes(LoadedStage.physicalMemoryBytes())
                            .setKvCapacityTokens(stage.kvCapacityTokens()));
            text.info().ifPresent(hello::setText);
            return hello.build();
        }

        @Override
        public Heartbeat heartbeat() {
            Heartbeat.Builder beat =
                    Heartbeat.newBuilder().setState(state()).setResidentBytes(ProcessMemory.residentBytes());
            Optional<HeadStatus> status = engine.status();
            beat.setKvBlocksTotal(status.map(HeadStatus::kvBlocksTotal)
                    .filter(total -> total > 0)
                    .orElse(Math.toIntExact(stage.kvCapacityTokens() / KvCacheShape.BLOCK_TOKENS)));
            status.ifPresent(head -> beat.setKvBlocksUsed(head.kvBlocksUsed())
                    .setRunningSequences(head.runningSequences())
                    .setWaitingSequences(head.waitingSequences()));
            engine.figures().ifPresent(beat::setEngine);
            return beat.build();
        }

        private NodeState state() {
            if (draining) {
                return NodeState.NODE_STATE_DRAINING;
            }
            return node.isFormed() ? NodeState.NODE_STATE_SERVING : NodeState.NODE_STATE_READY;
        }

        @Override
        public byte[] textAssets() {
            return text.bytes();
        }
    }

    private final class Duties implements NodeDuties {

        @Override
        public void form(FormPipeline form) {
            if (isHead()) {
                node.form(form.getStagesList());
            } else {
                log.warn("a gateway asked this node to form pipeline '{}'; only the head can", form.getPipeline());
            }
        }

        @Override
        public void generate(GenerateRequest request) {
            if (isHead()) {
                engine.head().submit(request);
            } else {
                log.warn("a gateway sent request {} here; only the head takes requests", request.getRequestId());
            }
        }

        @Override
        public void cancel(String requestId, CancelReason reason) {
            if (isHead()) {
                engine.head()
                        .cancel(CancelRequest.newBuilder()
                                .setRequestId(requestId)
                                .setReason(reason)
                                .build());
            }
        }
    }

    private final class Results implements HeadListener {

        @Override
        public void generated(List<GenerateEvent> events) {
            gateways.send(events);
        }

        @Override
        public void finished(RequestReport report) {
            gateways.send(report);
        }

        @Override
        public void pipelineBroken(long epoch, String reason) {
            node.breakUp(epoch, reason);
        }

        @Override
        public boolean hasRoom(int running) {
            return journal.hasRoom(running);
        }
    }
}
