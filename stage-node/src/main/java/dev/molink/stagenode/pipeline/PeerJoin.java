package dev.molink.stagenode.pipeline;

import dev.molink.proto.stage.v1.JoinRequest;
import dev.molink.proto.stage.v1.JoinResponse;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.link.HostPort;
import dev.molink.stagenode.link.PeerDialer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker that was given {@code --initial-peer}: it tells that node of itself until it learns of a gateway, or, where
 * there is none, whenever it is in no formation.
 */
public final class PeerJoin implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PeerJoin.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final StageNode node;
    private final HostPort peer;
    private final ManagedChannel channel;
    private final Consumer<HostPort> onGateway;
    private final Consumer<String> onRefused;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("peer-join").daemon().factory());

    // Owned by the timer.
    private String lastTrouble = "";
    private boolean joined;

    /**
     * @param onGateway called with each gateway that the peer knows
     * @param onRefused called with a sentence when the peer will never take this node as it is
     */
    public PeerJoin(
            StageNode node,
            HostPort peer,
            PeerDialer dialer,
            Consumer<HostPort> onGateway,
            Consumer<String> onRefused) {
        this.node = node;
        this.peer = peer;
        this.channel = dialer.dial(peer.toString());
        this.onGateway = onGateway;
        this.onRefused = onRefused;
    }

    public void start() {
        Future<?> _ = timer.scheduleWithFixedDelay(this::joinIfAlone, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void joinIfAlone() {
        if (node.isFormed()) {
            joined = false;
            return;
        }
        try {
            take(StageServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .join(JoinRequest.newBuilder().setWorker(node.description()).build()));
        } catch (StatusRuntimeException e) {
            onTrouble(e.getStatus());
        } catch (RuntimeException e) {
            // An exception would silently end the schedule.
            log.error("joining {} failed", peer, e);
        }
    }

    private void take(JoinResponse response) {
        lastTrouble = "";
        if (!joined) {
            joined = true;
            log.info(
                    "joined {}: {}",
                    peer,
                    response.getGatewaysCount() > 0
                            ? "registering with its gateways " + response.getGatewaysList()
                            : "it knows %d stages".formatted(response.getTopologyCount()));
        }
        response.getGatewaysList().forEach(gateway -> onGateway.accept(reachable(HostPort.parse(gateway))));
        if (response.getGatewaysCount() > 0) {
            timer.shutdown();
        }
    }

    /** A gateway on the peer's own loopback is on the peer's host as seen from here. */
    private HostPort reachable(HostPort gateway) {
        return gateway.isLoopback() ? new HostPort(peer.host(), gateway.port()) : gateway;
    }

    private void onTrouble(Status status) {
        String detail = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        switch (status.getCode()) {
            case FAILED_PRECONDITION, UNAUTHENTICATED ->
                onRefused.accept("%s does not take this node: %s".formatted(peer, detail));
            default -> {
                if (!detail.equals(lastTrouble)) {
                    lastTrouble = detail;
                    log.info("cannot join {} yet: {}", peer, detail);
                }
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        channel.shutdownNow();
    }
}
