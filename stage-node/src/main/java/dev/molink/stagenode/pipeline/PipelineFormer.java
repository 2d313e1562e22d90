package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.stage.v1.DescribeRequest;
import dev.molink.proto.stage.v1.DissolveRequest;
import dev.molink.proto.stage.v1.FormRequest;
import dev.molink.proto.stage.v1.MeasureRequest;
import dev.molink.proto.stage.v1.MeasureResponse;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.link.LinkLoss;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.probe.PathProbe;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The head's part in a formation: shakes hands with every stage, checks that they fit, has the links measured, picks the
 * epoch, the codec and the number of KV blocks, forms the stages from the last to the first, and reports. One thread forms; a request to form what stands
 * already is answered with its report.
 */
final class PipelineFormer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PipelineFormer.class);

    private static final Duration DESCRIBE_PATIENCE = Duration.ofSeconds(5);
    private static final Duration MEASURE_PATIENCE = Duration.ofSeconds(6); // a stage takes 5 s at most
    private static final Duration FORM_PATIENCE = Duration.ofSeconds(60);
    private static final Duration DISSOLVE_PATIENCE = Duration.ofSeconds(2);

    /** Proposals that may wait; they are repeated by whoever makes them, so the rest may be dropped. */
    private static final int MAX_WAITING = 8;

    private final LocalStage local;
    private final StageEngine engine;
    private final WireOptions wire;
    private final PeerDialer dialer;
    private final Epochs epochs;
    private final Consumer<PipelineReport> reports;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().name("pipeline-former").daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    private volatile PipelineReport newest;

    PipelineFormer(
            LocalStage local,
            StageEngine engine,
            WireOptions wire,
            PeerDialer dialer,
            Epochs epochs,
            Consumer<PipelineReport> reports) {
        this.local = local;
        this.engine = engine;
        this.wire = wire;
        this.dialer = dialer;
        this.epochs = epochs;
        this.reports = reports;
        this.newest = PipelineReport.newBuilder()
                .setPipeline(local.description().getPipeline())
                .build();
        thread.allowCoreThreadTimeOut(true);
    }

    /** Forms these stages, in layer order with this node first; the outcome is reported. */
    void form(List<StageAddress> stages) {
        thread.execute(() -> formNow(List.copyOf(stages)));
    }

    /** Whether the node is a stage of the pipeline that serves now. */
    boolean stands(String nodeId) {
        return newest.getState() == PipelineState.PIPELINE_STATE_SERVING
                && newest.getNodeIdsList().contains(nodeId);
    }

    /** The formation ended by a loss; told by the local stage. */
    synchronized void lost(long epoch, LinkLoss loss) {
        PipelineReport standing = newest;
        if (standing.getEpoch() == epoch && standing.getState() == PipelineState.PIPELINE_STATE_SERVING) {
            report(standing.toBuilder()
                    .setState(PipelineState.PIPELINE_STATE_BROKEN)
                    .setReason(loss.reason())
                    .build());
        }
    }

    private void formNow(List<StageAddress> stages) {
        if (standsAs(stages)) {
            reports.accept(newest);
            return;
        }
        dissolveStanding();
        PipelineReport forming = reportOf(stages, PipelineState.PIPELINE_STATE_FORMING, 0, "");
        report(forming);
        try (Peers peers = new Peers(stages)) {
            List<StageDescription> described = peers.describe();
            require(new StageFit(local.description()).refusal(described, stages));
            serve(stages, described, terms(described, peers), peers);
        } catch (StatusRuntimeException e) {
            fail(stages, e.getStatus());
        } catch (StatusException e) {
            fail(stages, e.getStatus());
        } catch (IOException e) {
            fail(stages, Status.INTERNAL.withDescription("the head cannot keep its epoch: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void require(Optional<String> refusal) throws StatusException {
        if (refusal.isPresent()) {
            throw Status.FAILED_PRECONDITION.withDescription(refusal.get()).asException();
        }
    }

    /** Measures the links and chooses by them; both hold until the pipeline is formed anew. */
    private WireTerms terms(List<StageDescription> described, Peers peers)
            throws StatusException, InterruptedException {
        StageFit fit = new StageFit(local.description());
        if (wire.codec() instanceof CodecOption.Fixed(ActivationCodec codec)) {
            require(fit.refusal(described, codec));
        }
        List<LinkRate> links = new LinkSurvey(peers::measure).links(described.size());
        CodecChoice choice = CodecChoice.of(wire.codec(), links);
        require(fit.refusal(described, choice.codec()));
        return new WireTerms(choice.codec(), choice.reason(), wire.policy(), links);
    }

    private boolean standsAs(List<StageAddress> stages) {
        return newest.getState() == PipelineState.PIPELINE_STATE_SERVING
                && local.formation()
                        .filter(formation -> formation.stages().equals(stages))
                        .isPresent();
    }

    private void dissolveStanding() {
        local.formation()
                .ifPresent(formation -> local.dissolve(formation.place().epoch(), "the pipeline is formed anew"));
    }

    private void serve(List<StageAddress> stages, List<StageDescription> described, WireTerms terms, Peers peers)
            throws IOException, StatusException, InterruptedException {
        List<Integer> kvBlocks = KvSizing.blocks(described);
        FormRequest.Builder request = FormRequest.newBuilder()
                .setEpoch(epochs.next())
                .addAllStages(stages)
                .addAllKvBlocks(kvBlocks);
        FormTerms.put(terms, request);
        // The head's own place first, so that the last stage's link for outcomes is taken.
        Formation own = local.prepare(request.build());
        try {
            peers.formBackToFront(request);
            local.connect(own);
        } catch (StatusException | StatusRuntimeException e) {
            own.dissolve("the formation failed");
            peers.dissolve(request.getEpoch());
            throw e;
        }
        engine.serve(request.getEpoch());
        report(reportOf(stages, PipelineState.PIPELINE_STATE_SERVING, request.getEpoch(), ""));
        log.info(
                "pipeline '{}' serves, epoch {}: {} stages, {} KV blocks of 16 tokens, codec {}, transmit policy {}",
                local.description().getPipeline(),
                request.getEpoch(),
                stages.size(),
                kvBlocks,
                terms.codecReason(),
                terms.policy());
        // A link may have broken between its opening and the report.
        own.ending().ifPresent(loss -> lost(request.getEpoch(), loss));
    }

    private void fail(List<StageAddress> stages, Status status) {
        PipelineState state = status.getCode() == Status.Code.FAILED_PRECONDITION
                ? PipelineState.PIPELINE_STATE_REFUSED
                : PipelineState.PIPELINE_STATE_BROKEN;
        String reason = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        log.warn("pipeline '{}' was not formed: {}", local.description().getPipeline(), reason);
        report(reportOf(stages, state, 0, reason));
    }

    private PipelineReport reportOf(List<StageAddress> stages, PipelineState state, long epoch, String reason) {
        return PipelineReport.newBuilder()
                .setPipeline(local.description().getPipeline())
                .setState(state)
                .setEpoch(epoch)
                .addAllNodeIds(stages.stream().map(StageAddress::getNodeId).toList())
                .setReason(reason)
                .build();
    }

    private void report(PipelineReport report) {
        newest = report;
        reports.accept(report);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** The other stages, dialled for the time of one formation. */
    private final class Peers implements AutoCloseable {

        private final List<StageAddress> stages;
        private final List<ManagedChannel> channels = new ArrayList<>();

        Peers(List<StageAddress> stages) {
            this.stages = stages;
            stages.stream().skip(1).forEach(stage -> channels.add(dialer.dial(stage.getAddress())));
        }

        private StageServiceGrpc.StageServiceBlockingStub stub(int stage, Duration patience) {
            return StageServiceGrpc.newBlockingStub(channels.get(stage - 1))
                    .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS);
        }

        List<StageDescription> describe() {
            List<StageDescription> described = new ArrayList<>(List.of(local.description()));
            for (int stage = 1; stage < stages.size(); stage++) {
                described.add(describe(stage));
            }
            return described;
        }

        private StageDescription describe(int stage) {
            try {
                return stub(stage, DESCRIBE_PATIENCE).describe(DescribeRequest.getDefaultInstance());
            } catch (StatusRuntimeException e) {
                throw named(stage, "does not answer", e);
            }
        }

        /** Has a stage measure the link to another; of the last stage, whose way to the head carries ids, the delay. */
        LinkRate measure(int from, int to) throws StatusException, InterruptedException {
            String address = stages.get(to).getAddress();
            if (from == 0) {
                return PathProbe.measure(dialer, address, PathProbe.MAX_TRAIN_BYTES);
            }
            MeasureResponse measured = stub(from, MEASURE_PATIENCE)
                    .measure(MeasureRequest.newBuilder()
                            .setAddress(address)
                            .setBytes(to == 0 ? 0 : PathProbe.MAX_TRAIN_BYTES)
                            .build());
            return new LinkRate(measured.getBytesPerSecond(), measured.getRoundTripNanos() / 2);
        }

        void formBackToFront(FormRequest.Builder request) {
            for (int stage = stages.size() - 1; stage > 0; stage--) {
                try {
                    stub(stage, FORM_PATIENCE).form(request.setIndex(stage).build());
                } catch (StatusRuntimeException e) {
                    throw named(stage, "did not take its place", e);
                }
            }
        }

        void dissolve(long epoch) {
            DissolveRequest request = DissolveRequest.newBuilder()
                    .setEpoch(epoch)
                    .setReason("the formation failed")
                    .build();
            for (int stage = 1; stage < stages.size(); stage++) {
                try {
                    stub(stage, DISSOLVE_PATIENCE).dissolve(request);
                } catch (StatusRuntimeException e) {
                    log.debug("stage {} was not told that epoch {} failed", stage, epoch, e);
                }
            }
        }

        private StatusRuntimeException named(int stage, String what, StatusRuntimeException cause) {
            Status status = cause.getStatus();
            String detail = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
            return status.withDescription(
                            "stage %d (%s) %s: %s".formatted(stage, StageFit.name(stages.get(stage)), what, detail))
                    .withCause(cause)
                    .asRuntimeException();
        }

        @Override
        public void close() {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }
}
