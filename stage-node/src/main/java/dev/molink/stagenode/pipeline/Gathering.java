package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.stage.v1.JoinResponse;
import dev.molink.proto.stage.v1.StageDescription;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Answers the workers that join. With gateways it sends them there. Without, the head itself keeps the topology and
 * forms the pipeline as soon as the workers cover its model.
 */
final class Gathering {

    private final StageDescription self;
    private final Supplier<List<String>> gateways;
    private final Optional<PipelineFormer> former;

    /** Workers by first layer; one that comes again with the same layers takes the place. Guarded by this. */
    private final Map<Integer, StageDescription> workers = new TreeMap<>();

    /**
     * @param gateways addresses HOST:PORT that this node registers with; may be none
     * @param former empty at a node without layer 0
     */
    Gathering(StageDescription self, Supplier<List<String>> gateways, Optional<PipelineFormer> former) {
        this.self = self;
        this.gateways = gateways;
        this.former = former;
    }

    JoinResponse join(StageDescription worker) throws StatusException {
        Optional<String> refusal = new StageFit(self).refusal(worker);
        if (refusal.isPresent()) {
            throw Status.FAILED_PRECONDITION.withDescription(refusal.get()).asException();
        }
        List<String> known = gateways.get();
        if (!known.isEmpty()) {
            return JoinResponse.newBuilder().addAllGateways(known).build();
        }
        if (former.isEmpty()) {
            throw Status.UNAVAILABLE
                    .withDescription("%s knows no gateway and is not the head; join the node with layer 0"
                            .formatted(StageFit.name(self)))
                    .asException();
        }
        return JoinResponse.newBuilder()
                .addAllTopology(gather(worker, former.get()))
                .build();
    }

    private synchronized List<StageAddress> gather(StageDescription worker, PipelineFormer head)
            throws StatusException {
        Optional<StageDescription> other = workers.values().stream()
                .filter(each -> overlaps(each, worker) && !each.getNodeId().equals(worker.getNodeId()))
                .findFirst();
        // A node that is in the standing pipeline is alive; any other may be the ghost of one that was restarted.
        if (other.isPresent() && head.stands(other.get().getNodeId())) {
            throw Status.FAILED_PRECONDITION
                    .withDescription(StageFit.overlap(other.get(), worker))
                    .asException();
        }
        workers.values()
                .removeIf(each -> overlaps(each, worker) || each.getNodeId().equals(worker.getNodeId()));
        workers.put(worker.getFirstLayer(), worker);
        List<StageAddress> topology = topology();
        if (topology.getLast().getEndLayer() == self.getModel().getLayers()) {
            head.form(topology);
        }
        return topology;
    }

    private static boolean overlaps(StageDescription one, StageDescription other) {
        return one.getFirstLayer() < other.getEndLayer() && other.getFirstLayer() < one.getEndLayer();
    }

    /** The head and the workers that follow without a gap. */
    private List<StageAddress> topology() {
        List<StageAddress> chain = new ArrayList<>(List.of(address(self)));
        for (StageDescription worker : workers.values().stream()
                .sorted(Comparator.comparingInt(StageDescription::getFirstLayer))
                .toList()) {
            if (worker.getFirstLayer() == chain.getLast().getEndLayer()) {
                chain.add(address(worker));
            }
        }
        return chain;
    }

    static StageAddress address(StageDescription stage) {
        return StageAddress.newBuilder()
                .setNodeId(stage.getNodeId())
                .setAddress(stage.getAddress())
                .setFirstLayer(stage.getFirstLayer())
                .setEndLayer(stage.getEndLayer())
                .build();
    }
}
