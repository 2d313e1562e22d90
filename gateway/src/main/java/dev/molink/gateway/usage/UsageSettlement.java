package dev.molink.gateway.usage;

import dev.molink.controlplane.usage.UsageJournal;
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
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Writes one record per request. It waits for the head's report and, where this gateway answered the client, for the count
 * of what was delivered; the report is acknowledged only after the commit. A request whose head is lost gets a record of
 * what the gateway saw, after a time of grace in which the head may come back with its journal; when it comes back later,
 * its counts replace the gateway's. Safe for any number of threads.
 */
final class UsageSettlement implements RequestReports, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UsageSettlement.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int MAX_HELD = 20_000;

    private final UsageJournal journal;
    private final GatewayMeters meters;
    private final Accounting.Codec codec;
    private final Duration grace;
    /** Ids of reports that wait for a count or for the commit; a repetition of one of them is dropped. */
    private final Set<String> settling = ConcurrentHashMap.newKeySet();
    /** Requests whose head is gone, until the grace ends or the head's report comes after all. */
    private final Map<String, HeadRequest> lost = new ConcurrentHashMap<>();

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("usage-clock").daemon().factory());

    /** @param grace how long a lost head has to come back before the gateway's own counts are written */
    UsageSettlement(UsageJournal journal, GatewayMeters meters, Accounting.Codec codec, Duration grace) {
        this.journal = journal;
        this.meters = meters;
        this.codec = codec;
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
        var _ = delivered(known)
                .thenAccept(count -> settle(SettledRequest.byHead(report, accounting.get(), count), acknowledge));
    }

    @Override
    public void lost(HeadRequest request) {
        lost.put(request.requestId(), request);
        var _ = clock.schedule(() -> settleLost(request), grace.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Hands in what still waits for a lost head, then stops; the journal writes it before it closes itself. */
    @Override
    public void close() {
        clock.shutdownNow();
        lost.values().forEach(this::settleLost);
    }

    private void settleLost(HeadRequest request) {
        if (!lost.remove(request.requestId(), request) || !settling.add(request.requestId())) {
            return;
        }
        Accounting accounting = codec.decode(request.request().getAccounting())
                .orElseThrow(() -> new IllegalStateException("this gateway wrote accounting that it cannot read"));
        var _ = request.delivered()
                .thenAccept(count -> settle(SettledRequest.byGateway(request, accounting, count), () -> {}));
    }

    private static CompletableFuture<@Nullable Integer> delivered(@Nullable HeadRequest request) {
        return request == null
                ? CompletableFuture.completedFuture(null)
                : request.delivered().thenApply(count -> count);
    }

    private void settle(UsageRecord usage, Runnable acknowledge) {
        var _ = journal.submit(usage).whenComplete((changed, failure) -> {
            if (failure == null) {
                written(usage, changed);
                acknowledge.run();
            } else if (failure instanceof DataIntegrityViolationException) {
                // Logged by the journal; no repetition would make the database take it.
                settling.remove(usage.requestId());
            } else {
                tryAgain(usage, acknowledge);
            }
        });
    }

    private void written(UsageRecord usage, boolean changed) {
        settling.remove(usage.requestId());
        if (changed) {
            meters.settled(usage);
        }
    }

    /** The database does not answer. What is too much to hold is dropped: its head reports it again. */
    private void tryAgain(UsageRecord usage, Runnable acknowledge) {
        try {
            if (settling.size() <= MAX_HELD) {
                var _ = clock.schedule(() -> settle(usage, acknowledge), RETRY.toMillis(), TimeUnit.MILLISECONDS);
                return;
            }
        } catch (RejectedExecutionException stopping) {
            LOG.warn("{}: the usage record was not written before the stop", usage.requestId());
        }
        settling.remove(usage.requestId());
    }
}
