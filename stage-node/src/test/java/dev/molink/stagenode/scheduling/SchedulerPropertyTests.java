package dev.molink.stagenode.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Random histories beside {@link ModelPipeline}: same tokens whatever happens, no block lost or doubled, no sequence in
 * two decode steps at once, exactly one end for each, rows counted exactly, nobody starves. One history alone runs with
 * {@code -Dmolink.scheduler.seed=N}.
 */
class SchedulerPropertyTests {

    @Test
    void keepsItsRulesInEveryHistory() {
        Long single = Long.getLong("molink.scheduler.seed");
        int histories = single != null ? 1 : Boolean.getBoolean("molink.test.full") ? 10_000 : 1_000;
        long firstSeed = single != null ? single : 1;
        SchedulerHistory.Tally tally = SchedulerHistory.Tally.NONE;

        for (long seed = firstSeed; seed < firstSeed + histories; seed++) {
            tally = tally.plus(run(seed));
        }

        System.out.printf("scheduler histories with seeds %d to %d: %s%n", firstSeed, firstSeed + histories - 1, tally);
        if (histories > 1) {
            assertThat(tally.preemptions()).as("preemptions").isGreaterThan(histories / 10);
            assertThat(tally.hitTokens()).as("prefix hits").isGreaterThan(histories);
            assertThat(tally.accepted()).as("drafts that were right").isGreaterThan(histories);
            assertThat(tally.rejected()).as("drafts that were wrong").isGreaterThan(histories);
            assertThat(tally.discarded()).as("rows of sequences that were over").isGreaterThan(histories / 10);
            assertThat(tally.forks()).as("copied blocks").isGreaterThan(histories / 10);
            assertThat(tally.deadlines()).as("time-outs").isGreaterThan(histories / 10);
            assertThat(tally.failures()).as("failures").isGreaterThan(histories / 10);
            assertThat(tally.lost()).as("formations that were lost").isGreaterThan(histories / 10);
        }
    }

    private static SchedulerHistory.Tally run(long seed) {
        try {
            return new SchedulerHistory(seed).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("history with seed %d failed: %s".formatted(seed, e.getMessage()), e);
        }
    }
}
