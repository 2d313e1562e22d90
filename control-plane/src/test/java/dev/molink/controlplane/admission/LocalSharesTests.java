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
import org.junit.jupiter.api.Test;

/** What a request is told that waited for an exchange. */
class LocalSharesTests {

    private static final Duration WAIT = Duration.ofMillis(300);

    private final LocalShares shares =
            new LocalShares(new DatabaseTime(Instant::now, System::nanoTime), Replicas.settings(WAIT, BigDecimal.ZERO));
    private final Need need = new Need(
            new Windows(ZoneOffset.UTC)
                    .bound(LimitOwner.organization("org_of_the_test"), LimitMetric.REQUESTS_PER_DAY, "", Instant.now()),
            BigDecimal.TEN,
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
