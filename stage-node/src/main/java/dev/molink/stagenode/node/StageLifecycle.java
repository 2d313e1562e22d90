package dev.molink.stagenode.node;

import io.grpc.protobuf.services.HealthStatusManager;
import org.springframework.context.SmartLifecycle;

/** Begins after the gRPC server listens, and ends before it does. */
final class StageLifecycle implements SmartLifecycle {

    private final StageProcess process;
    private final HealthStatusManager health;
    private volatile boolean running;

    StageLifecycle(StageProcess process, HealthStatusManager health) {
        this.process = process;
        this.health = health;
    }

    @Override
    public void start() {
        running = true;
        process.begin();
    }

    @Override
    public void stop() {
        running = false;
        health.enterTerminalState();
        process.drain();
        process.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
