package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One gateway refuses a request of the minute and tells when to come again; another one is asked around that time. That may
 * take a minute, so it goes on beside other tests.
 */
final class RetryAfterWatch {

    private static final Duration ACCURACY = Duration.ofSeconds(1);
    private static final Duration BEFORE = Duration.ofSeconds(2);
    private static final Duration STEP = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The one that is asked again; the others use the limit up and refuse. */
    private final int other;

    private final LimitedKey key;
    private final CompletableFuture<Asked> refused = new CompletableFuture<>();
    private final CompletableFuture<Asked> admitted = new CompletableFuture<>();

    /** A request and its answer, by this process's monotonic clock. */
    private record Asked(long askedNanos, long answeredNanos, HttpResponse<String> answer) {}

    private RetryAfterWatch(LimitedKey key, int other) {
        this.key = key;
        this.other = other;
    }

    /** Needs three gateways. */
    static RetryAfterWatch begin(List<GatewayProcess> gateways, String adminKey) throws Exception {
        LimitedKey key = new LimitedKey(gateways, adminKey, "retry after")
                .limit("requests_per_minute", 1)
                .known("requests", 1);
        RetryAfterWatch watch = new RetryAfterWatch(key, gateways.size() - 1);
        Thread.ofVirtual().name("retry-after").start(watch::watch);
        return watch;
    }

    /** The next request is admitted within a second of the time that was told, before or after it. */
    void assertTold() throws Exception {
        Asked refusal = refused.get(2, TimeUnit.MINUTES);
        Asked next = admitted.get(2, TimeUnit.MINUTES);
        long told = retryAfter(refusal).toNanos();

        // each bound by the clock readings that are surely before or after what the gateways did
        assertThat(Duration.ofNanos(next.askedNanos - (refusal.answeredNanos + told)))
                .as("asked after the time that was told, %s", retryAfter(refusal))
                .isLessThanOrEqualTo(ACCURACY);
        assertThat(Duration.ofNanos(refusal.askedNanos + told - next.answeredNanos))
                .as("admitted before the time that was told, %s", retryAfter(refusal))
                .isLessThanOrEqualTo(ACCURACY);
    }

    private void watch() {
        try {
            Asked refusal = untilRefused();
            refused.complete(refusal);
            long told = refusal.answeredNanos + retryAfter(refusal).toNanos();
            LockSupport.parkNanos(told - BEFORE.toNanos() - System.nanoTime());
            while (!admitted.isDone() && System.nanoTime() - told < PATIENCE.toNanos()) {
                var _ = ask(other).thenAccept(asked -> {
                    if (asked.answer.statusCode() == 200) {
                        admitted.complete(asked);
                    }
                });
                LockSupport.parkNanos(STEP.toNanos());
            }
            admitted.completeExceptionally(new AssertionError("nothing was admitted after the time that was told"));
        } catch (RuntimeException | AssertionError failed) {
            refused.completeExceptionally(failed);
            admitted.completeExceptionally(failed);
        }
    }

    /** Twice, or once more where a minute begins meanwhile. */
    private Asked untilRefused() {
        for (int attempt = 0; attempt < 4; attempt++) {
            Asked asked = ask(attempt % other).join();
            if (asked.answer.statusCode() == 429) {
                return asked;
            }
            assertThat(asked.answer.statusCode()).as(asked.answer.body()).isEqualTo(200);
        }
        throw new AssertionError("one request a minute, and four were admitted");
    }

    private CompletableFuture<Asked> ask(int gateway) {
        long askedNanos = System.nanoTime();
        return key.ask(gateway, 1).thenApply(answer -> new Asked(askedNanos, System.nanoTime(), answer));
    }

    private static Duration retryAfter(Asked refusal) {
        return Duration.ofSeconds(
                refusal.answer.headers().firstValueAsLong("retry-after").orElseThrow());
    }
}
