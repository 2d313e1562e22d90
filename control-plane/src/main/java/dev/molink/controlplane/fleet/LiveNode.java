package dev.molink.controlplane.fleet;

import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A node that was taken in. Owned by the registry and touched under its lock only. */
final class LiveNode {

    private final Hello hello;
    private final Instant joinedAt;
    private Heartbeat lastBeat = Heartbeat.getDefaultInstance();
    private Instant heartbeatAt;
    private long heartbeatNanos;

    LiveNode(Hello hello, FleetTime time) {
        this.hello = hello;
        this.joinedAt = time.instant();
        this.heartbeatAt = joinedAt;
        this.heartbeatNanos = time.nanos();
    }

    Hello hello() {
        return hello;
    }

    String nodeId() {
        return hello.getNodeId();
    }

    ChainKey chain() {
        return ChainKey.of(hello);
    }

    LayerRange layers() {
        return new LayerRange(hello.getFirstLayer(), hello.getEndLayer());
    }

    void beat(Heartbeat beat, FleetTime time) {
        lastBeat = beat;
        heartbeatAt = time.instant();
        heartbeatNanos = time.nanos();
    }

    long silentNanos(long nowNanos) {
        return nowNanos - heartbeatNanos;
    }

    NodeStatus.State state() {
        return switch (lastBeat.getState()) {
            case NODE_STATE_READY -> NodeStatus.State.READY;
            case NODE_STATE_SERVING -> NodeStatus.State.SERVING;
            case NODE_STATE_DRAINING -> NodeStatus.State.DRAINING;
            case NODE_STATE_LOADING, NODE_STATE_UNSPECIFIED, UNRECOGNIZED -> NodeStatus.State.LOADING;
        };
    }

    /** Whether its layers can be used. */
    boolean usable() {
        return state() == NodeStatus.State.READY || state() == NodeStatus.State.SERVING;
    }

    /** What it tells of its pipeline as the head of it; null where it does not. */
    @Nullable
    EngineFigures engine() {
        return lastBeat.hasEngine() ? lastBeat.getEngine() : null;
    }

    NodeStatus status() {
        return new NodeStatus(
                nodeId(),
                hello.getVersion(),
                hello.getAdvertisedAddress(),
                hello.getPipeline(),
                hello.getModel().getName(),
                hello.getModel().getDtype(),
                hello.getModel().getLayers(),
                layers(),
                state(),
                hello.getDevice().getKind(),
                hello.getDevice().getDescription(),
                hello.getDevice().getMemoryBytes(),
                hello.getMappedWeightBytes(),
                lastBeat.getResidentBytes(),
                lastBeat.getKvBlocksUsed(),
                lastBeat.getKvBlocksTotal(),
                lastBeat.getRunningSequences(),
                lastBeat.getWaitingSequences(),
                joinedAt,
                heartbeatAt);
    }
}
