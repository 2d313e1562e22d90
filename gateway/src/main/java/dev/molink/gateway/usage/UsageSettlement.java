package dev.molink.gateway.usage;

import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.gateway.nodes.RequestReports;
import dev.molink.proto.node.v1.RequestReport;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one record per request. It waits for the head's report and, where this gateway answered the client, for the count
 * of what was delivered; the report is acknowledged only after the commit. A request whose head is lost gets a record of
 * what the gateway saw, after a time of grace in which the head may come back with its journal. Safe for any number of
 * threads; at most {@value #WRITERS} records are written at once, and a head whose reports come faster is slowed down.
 */
public final class UsageSettlement implements RequestReports, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UsageSettlement.class);
    private static final int WRITERS = 16;
    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration STOP_WAIT = Duration.ofSeconds(10);

    private final UsageRecords records;
    private final Accounting.Codec codec;
    private final GatewayMeters meters;
    private final Duration grace;
    private final Semaphore permits = new Semaphore(WRITERS);
    private final Set<String> settling = ConcurrentHashMap.newKeySet();
    private final Map<String, HeadRequest> lost = new ConcurrentHashMap<>();
    private final ExecutorService writers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("usage-writer-", 0).factory());

    /** @param grace how long a lost head has to come back before the gateway's own counts are written */
    UsageSettlement(UsageRecords records, Accounting.Codec codec, GatewayMeters meters, Duration grace) {
        this.records = records;
        this.codec = codec;
        this.meters = meters;
        this.grace = grace;
    }

    @Override
    public void reported(RequestReport report, @Nullable HeadRequest request, Runnable acknowledge) {
        if (!settling.add(report.getRequestId())) {
            return;
        }
        HeadRequest known = request != null ? request : lost.remove(report.getRequestId());
        Optional<Accounting> accounting = codec.decode(report.getAccounting());
        if (accounting.isEmpty()) {
            LOG.error("{}: the head's report has no accounting that this version can read", report.getRequestId());
            settling.remove(report.getRequestId());
            return;
        }
        delivered(known).thenAccept(count -> settle(SettledRequest.byHead(report, accounting.get(), count), acknowledge));
    }

    @Override
    public void lost(HeadRequest request) {
        lost.put(request.requestId(), request);
        CompletableFuture.delayedExecutor(grace.toMillis(), TimeUnit.MILLISECONDS, writers)
                .execute(() -> settleLost(request));
    }

    /** Writes what is still waiting for a lost head, then stops. */
    @Override
    public void close() {
        lost.values().forEach(this::settleLost);
        writers.shutdown();
        try {
            if (!writers.awaitTermination(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.error("usage records were still being written after {}; heads will report them again", STOP_WAIT);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void settleLost(HeadRequest request) {
        if (!lost.remove(request.requestId(), request) || !settling.add(request.requestId())) {
            return;
        }
        Optional<Accounting> accounting = codec.decode(request.request().getAccounting());
        accounting.ifPresent(known -> request.delivered()
                .thenAccept(count -> settle(SettledRequest.byGateway(request, known, count), () -> {})));
    }

    private static CompletableFuture<@Nullable Integer> delivered(@Nullable HeadRequest request) {
        return request == null
                ? CompletableFuture.completedFuture(null)
                : request.delivered().thenApply(count -> count);
    }

    private void settle(UsageRecord usage, Runnable acknowledge) {
        permits.acquireUninterruptibly();
        writers.execute(() -> {
            try {
                if (written(usage)) {
                    acknowledge.run();
                }
            } finally {
                permits.release();
                settling.remove(usage.requestId());
            }
        });
    }

    private boolean written(UsageRecord usage) {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                if (records.write(usage)) {
                    meters.settled(usage);
                }
                return true;
            } catch (RuntimeException failure) {
                if (attempt == ATTEMPTS) {
                    LOG.error("{}: the usage record could not be written", usage.requestId(), failure);
                    return false;
                }
                LOG.warn("{}: the usage record could not be written, trying again", usage.requestId());
            }
            if (!slept(pause)) {
                return false;
            }
            pause = pause.multipliedBy(2);
        }
    }

    private static boolean slept(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
