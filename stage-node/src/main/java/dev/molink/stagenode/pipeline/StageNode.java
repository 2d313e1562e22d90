package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.stagenode.asset.AssetStore;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.link.LinkFrames;
import dev.molink.stagenode.link.LinkLoss;
import dev.molink.stagenode.link.PeerDialer;
import io.grpc.BindableService;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A node among its neighbours: its stage service, its place in a formation and, with layer 0, the forming of pipelines.
 * It knows neither gateways nor how the service is served.
 */
public final class StageNode implements AutoCloseable {

    private final LocalStage stage;
    private final Optional<PipelineFormer> former;
    private final StageEndpoint endpoint;

    /**
     * @param wire used by a head only, as are {@code epochs}
     * @param gateways addresses HOST:PORT that joining workers are sent to; none: the head keeps the topology itself
     * @param reports takes the head's reports on its pipeline; must not wait
     * @param assets takes what heads give this stage
     */
    public StageNode(
            StageDescription self,
            StageEngine engine,
            WireOptions wire,
            PeerDialer dialer,
            Epochs epochs,
            Supplier<List<String>> gateways,
            Consumer<PipelineReport> reports,
            AssetStore assets) {
        this.stage = new LocalStage(self, engine, dialer, this::lost);
        this.former = self.getFirstLayer() == 0
                ? Optional.of(new PipelineFormer(stage, engine, wire, dialer, epochs, reports))
                : Optional.empty();
        this.endpoint = new StageEndpoint(stage, new Gathering(self, gateways, former), assets, dialer);
    }

    /** The stage service, to be served where {@code self} says. */
    public BindableService service() {
        return () -> LinkFrames.readInPlace(endpoint.bindService());
    }

    public StageDescription description() {
        return stage.description();
    }

    /** Whether the node stands in a formation. */
    public boolean isFormed() {
        return stage.formation().isPresent();
    }

    /** Address of the stage that samples in {@code epoch}; empty if that formation does not stand. */
    public Optional<String> samplingStage(long epoch) {
        return stage.formation()
                .filter(formation -> formation.place().epoch() == epoch)
                .map(formation -> formation.stages().getLast().getAddress());
    }

    /** The standing formation's epoch; 0 outside of one. */
    long epoch() {
        return stage.formation().map(formation -> formation.place().epoch()).orElse(0L);
    }

    /**
     * Forms a pipeline of these stages, in layer order with this node first, and reports. What stands already is only
     * reported again.
     *
     * @throws IllegalStateException at a node without layer 0
     */
    public void form(List<StageAddress> stages) {
        former.orElseThrow(() -> new IllegalStateException(
                        "%s does not hold layer 0 and forms no pipeline".formatted(StageFit.name(description()))))
                .form(stages);
    }

    /** As {@link #form(List)} for a model that this node holds alone. */
    public void formAlone() {
        form(List.of(Gathering.address(description())));
    }

    /** Ends the standing formation for a reason that the engine found. */
    public void breakUp(long epoch, String reason) {
        stage.breakUp(epoch, reason);
    }

    private void lost(long epoch, LinkLoss loss) {
        former.ifPresent(head -> head.lost(epoch, loss));
    }

    /** Leaves the formation and tells the neighbours. */
    @Override
    public void close() {
        former.ifPresent(PipelineFormer::close);
        stage.close();
    }
}
