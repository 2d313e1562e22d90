package dev.molink.gateway.nodes;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * The one thread that lets silent nodes go and forms complete chains. It outlives the servers: the gRPC server stops first of
 * all and waits for its streams, which end when the last request in flight has ended.
 */
final class NodeWatch implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

    private final NodeStreams streams;
    private final Duration interval;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("node-watch").daemon().factory());
    private volatile boolean running;

    NodeWatch(NodeStreams streams, Duration interval) {
        this.streams = streams;
        this.interval = interval;
    }

    @Override
    public void start() {
        running = true;
        var _ = clock.scheduleWithFixedDelay(
                this::tick, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        clock.shutdownNow();
    }

    @Override
    public int getPhase() {
        return 0;
    }

    @EventListener
    void closing(ContextClosedEvent event) {
        streams.drain();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** A failure must not end the watch: a node that is never let go is a ghost. */
    private void tick() {
        try {
            streams.tick();
        } catch (RuntimeException failure) {
            LOG.error("looking after the nodes failed", failure);
        }
    }
}
