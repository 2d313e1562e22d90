package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.admission.LocalShares.Outcome;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a request is told that waited for an exchange. */
class LocalSharesTests {

    private static final Duration WAIT = Duration.ofMillis(300);

    private final LocalShares shares =
            new LocalShares(new DatabaseTime(Instant::now, System::nanoTime), Replicas.settings(WAIT, BigDecimal.ZERO));
    private final Need need = new Need(
            new Windows(ZoneOffset.UTC)
                    .bound(LimitOwner.organization("org_of_the_test"), LimitMetric.REQUESTS_PER_DAY, "", Instant.now()),
            new BigDecimal(100),
            BigDecimal.ONE);

    /** The database may have stopped answering just then. */
    @Test
    void anAnswerToAnEarlierExchangeTellsNobodyThatTheLimitIsReached() throws Exception {
        CompletableFuture<Outcome> outcome = take();
        shares.awaitWork(TimeUnit.SECONDS.toNanos(10));

        shares.granted(List.of(), List.of(), true);

        assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo(new Outcome.Lacking(need, Outcome.Cause.UNAVAILABLE));
    }

    @Test
    void anAnswerWithTooLittleTellsThatTheLimitIsReached() throws Exception {
        CompletableFuture<Outcome> outcome = take();
        shares.awaitWork(TimeUnit.SECONDS.toNanos(10));

        shares.granted(
                shares.pending(), List.of(new Granted(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, false)), true);

        assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo(new Outcome.Lacking(need, Outcome.Cause.REACHED));
    }

    /** It may fail only after half a minute, when its connection times out. */
    @Test
    void aDatabaseThatHangsIsAway() throws Exception {
        AtomicLong nanos = new AtomicLong();
        LocalShares local = new LocalShares(
                new DatabaseTime(Instant::now, nanos::get), Replicas.settings(Duration.ZERO, new BigDecimal("0.02")));
        local.renewed(Duration.ofSeconds(10).toNanos());
        open(local, "99");
        assertThat(local.take(List.of(need), 0, 100)).as("what was granted").isInstanceOf(Outcome.Taken.class);

        local.asking();
        assertThat(local.take(List.of(need), 0, 100)).isEqualTo(new Outcome.Lacking(need, Outcome.Cause.REACHED));
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());

        assertThat(local.take(List.of(need), 0, 100)).isInstanceOf(Outcome.Taken.class);
        assertThat(local.take(List.of(need), 0, 100)).isInstanceOf(Outcome.Taken.class);
        assertThat(local.take(List.of(need), 0, 100))
                .as("beyond two hundredths of the limit")
                .isEqualTo(new Outcome.Lacking(need, Outcome.Cause.UNAVAILABLE));
        local.asked();
        assertThat(local.reachable()).isTrue();
    }

    /** As where hundreds come at once and what was granted went to others. */
    @Test
    void nobodyIsRefusedWherePlentyIsLeft() throws Exception {
        LocalShares local = new LocalShares(
                new DatabaseTime(Instant::now, System::nanoTime), Replicas.settings(WAIT, new BigDecimal("0.02")));
        local.renewed(System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
        open(local, "99");
        assertThat(local.take(List.of(need), 0, 100)).as("what was granted").isInstanceOf(Outcome.Taken.class);

        assertThat(local.take(List.of(need), WAIT.toNanos(), 100)).isInstanceOf(Outcome.Taken.class);
    }

    /** One is granted, and {@code left} more are there for everybody. */
    private void open(LocalShares local, String left) throws InterruptedException {
        local.take(List.of(need), 0, 100);
        List<LocalShares.Pending> pending = local.pending();
        BigDecimal rest = new BigDecimal(left);
        local.granted(pending, List.of(new Granted(BigDecimal.ONE, rest, rest, false)), true);
    }

    private CompletableFuture<Outcome> take() {
        shares.renewed(System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(shares.take(List.of(need), WAIT.toNanos(), 100));
            } catch (InterruptedException | RuntimeException failed) {
                outcome.completeExceptionally(failed);
            }
        });
        return outcome;
    }
}
