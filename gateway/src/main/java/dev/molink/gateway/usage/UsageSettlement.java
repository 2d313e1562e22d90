package dev.molink.gateway.usage;

import com.google.protobuf.ByteString;
import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.journal.OpenRequest;
import dev.molink.controlplane.journal.RequestJournal;
import dev.molink.controlplane.usage.UsageJournal;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.gateway.nodes.RequestReports;
import dev.molink.proto.node.v1.RequestReport;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

/**
 * Writes one record per request. It waits for the head's report and, where this gateway answered the client, for the count
 * of what was delivered; the report is acknowledged only once the record is durable. A request whose head is lost gets a
 * record of what the gateway saw, after a time of grace in which the head may come back with its journal; when it comes back
 * later, its counts replace the gateway's.
 *
 * <p>Before a request leaves for its head it stands in the request journal. So a gateway that was killed knows after its
 * restart which requests nobody has recorded yet; it gives their heads the same grace, then records what is known, so that no
 * request stays without a record. Safe for any number of threads.
 */
final class UsageSettlement implements RequestReports, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UsageSettlement.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration ROOM_RETRY = Duration.ofSeconds(5);
    private static final int MAX_HELD = 20_000;

    private final UsageJournal journal;
    private final JournalFolder folder;
    private final RequestJournal underWay;
    private final Accounting.Codec codec;
    private final Duration grace;
    private final Clock time;
    /** Ids of reports that wait for a count or to become durable; a repetition of one of them is dropped. */
    private final Set<String> settling = ConcurrentHashMap.newKeySet();
    /** Requests whose head is gone, until the grace ends or the head's report comes after all. */
    private final Map<String, HeadRequest> lost = new ConcurrentHashMap<>();
    /** Requests of an earlier process on this folder, until the grace ends or their head's report comes. */
    private final Map<String, OpenRequest> left = new ConcurrentHashMap<>();

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("usage-clock").daemon().factory());

    /** @param grace how long a lost head has to come back before the gateway's own counts are written */
    UsageSettlement(UsageJournal journal, JournalFolder folder, Accounting.Codec codec, Duration grace, Clock time) {
        this.journal = journal;
        this.folder = folder;
        this.underWay = folder.requests();
        this.codec = codec;
        this.grace = grace;
        this.time = time;
        takeUpWhatWasLeft();
    }

    private void takeUpWhatWasLeft() {
        underWay.left().forEach(request -> left.put(request.requestId(), request));
        if (!left.isEmpty()) {
            LOG.warn(
                    "{} requests were under way when the gateway ended; their heads have {} to tell of them",
                    left.size(),
                    grace);
            var _ = clock.schedule(this::settleWhatWasLeft, grace.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void submitting(HeadRequest request) {
        Optional<String> shortage = folder.refusal();
        if (shortage.isPresent()) {
            LOG.debug("{}: not taken: {}", request.requestId(), shortage.get());
            throw noRoom();
        }
        try {
            underWay.begin(new OpenRequest(
                    request.requestId(),
                    request.pipeline().model(),
                    request.pipeline().name(),
                    request.request().getAccounting().toStringUtf8(),
                    request.request().getPromptTokenIdsCount(),
                    request.request().getChoices(),
                    request.submittedAt()));
        } catch (IOException full) {
            folder.failed(full);
            throw noRoom();
        }
    }

    private static ApiException noRoom() {
        return ApiException.retryable(
                ErrorCode.OVERLOADED,
                "The server has no room to record more requests just now, so it takes none. Please try again later.",
                ROOM_RETRY);
    }

    @Override
    public void notSubmitted(HeadRequest request) {
        underWay.end(request.requestId());
    }

    @Override
    public void reported(RequestReport report, @Nullable HeadRequest request, Runnable acknowledge) {
        if (!settling.add(report.getRequestId())) {
            return;
        }
        FailPoint.pass("settlement.after-report");
        Instant reportedAt = time.instant();
        HeadRequest known = request != null ? request : lost.remove(report.getRequestId());
        left.remove(report.getRequestId());
        Optional<Accounting> accounting = codec.decode(report.getAccounting());
        if (accounting.isEmpty()) {
            LOG.error("{}: the head's report has no accounting that this version can read", report.getRequestId());
            settling.remove(report.getRequestId());
            return;
        }
        var _ = delivered(known)
                .thenAccept(count -> settle(
                        SettledRequest.byHead(report, bounded(accounting.get(), known), count, reportedAt),
                        acknowledge))
                .exceptionally(wrong -> refused(report, wrong));
    }

    /** It is not acknowledged, so the head tells it again, and so does this log until somebody looks. */
    private @Nullable Void refused(RequestReport report, Throwable wrong) {
        LOG.error("{}: the head's report cannot be true and is not recorded", report.getRequestId(), wrong);
        settling.remove(report.getRequestId());
        return null;
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
        Accounting accounting = ownAccounting(request.request().getAccounting());
        var _ = request.delivered()
                .thenAccept(count ->
                        settle(SettledRequest.byGateway(request, bounded(accounting, request), count), () -> {}));
    }

    private void settleWhatWasLeft() {
        for (OpenRequest request : List.copyOf(left.values())) {
            if (left.remove(request.requestId(), request) && settling.add(request.requestId())) {
                FailPoint.pass("settlement.before-recovery");
                Accounting accounting = ownAccounting(ByteString.copyFromUtf8(request.accounting()));
                settle(SettledRequest.left(request, accounting, time.instant()), () -> {});
                FailPoint.pass("settlement.after-recovery");
            }
        }
    }

    private Accounting ownAccounting(ByteString bytes) {
        return codec.decode(bytes)
                .orElseThrow(() -> new IllegalStateException("this gateway wrote accounting that it cannot read"));
    }

    private static Accounting bounded(Accounting accounting, @Nullable HeadRequest request) {
        Long covered = request == null ? null : request.coveredTokens();
        return covered == null ? accounting : accounting.covering(covered);
    }

    private static CompletableFuture<@Nullable Integer> delivered(@Nullable HeadRequest request) {
        return request == null
                ? CompletableFuture.completedFuture(null)
                : request.delivered().thenApply(count -> count);
    }

    private void settle(UsageRecord usage, Runnable acknowledge) {
        var _ = journal.submit(usage).whenComplete((durable, failure) -> {
            if (failure == null) {
                underWay.end(usage.requestId());
                settling.remove(usage.requestId());
                acknowledge.run();
            } else {
                tryAgain(usage, acknowledge);
            }
        });
    }

    /** Neither the database nor the disk took it. What is too much to hold is dropped: its head reports it again. */
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
