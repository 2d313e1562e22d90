package dev.molink.stagenode.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Worked out by hand. A row of 5,120 elements is 16 · 5,120 = 81,920 bits: 0.08192 ms at 1 Gbit/s, 0.8192 ms at 100
 * Mbit/s.
 */
class MolinkPolicyTests {

    private static int groups(double decodeMillis, int waiting, int running) {
        return new MolinkPolicy(false)
                .decide(0, Pipelines.equal(2, decodeMillis, 1, 100, 15), Pipelines.load(waiting, running))
                .decodeGroups();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 1", "0, 1, 1", "1, 0, 1", "1, 1, 2", "0, 2, 2",
    })
    void takesUpToTwoSequencesEachByItself(int waiting, int running, int expected) {
        assertThat(groups(20, waiting, running)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        // B = 3: 1 · (20 + 5) ≥ 2 · (s · 0.08192 + 5) as long as s ≤ 91, so up to R = 275
        "20, 3, 3",
        "20, 275, 3",
        // s = ⌊276 / 3⌋ = 92: 25 < 25.07; B = 4, s = 69: 50 ≥ 21.3
        "20, 276, 4",
        // B = 3, s = 1: 1 · 5.1 < 10.16; B = 4, s = ⌊3 / 4⌋ = 0: 10.2 ≥ 10
        "0.1, 3, 4",
        // B = 4, s = 1: 10.2 ≥ 10.16
        "0.1, 4, 4",
        // B = 4, s = 2: 10.2 < 10.33; B = 5, s = 1: 15.3 ≥ 10.16
        "0.1, 8, 5",
        // nothing measured: B = 4, s = 0: 2 · 5 ≥ 2 · 5, equal is enough
        "0, 3, 4",
        // B = 10, s = 200: 8 · 5.1 = 40.8 < 42.8; none suffices
        "0.1, 2000, 10",
    })
    void takesTheFirstNumberWhoseComputingCoversTheTransfer(double decodeMillis, int sequences, int expected) {
        assertThat(groups(decodeMillis, sequences, 0)).isEqualTo(expected);
    }

    @Test
    void mayKnowTheMeasuredRate() {
        Measurements slow = Pipelines.equal(2, 20, 1, 100, 15);
        // B = 3, s = 10: 25 < 2 · (8.192 + 5); B = 4, s = 7: 50 ≥ 2 · (5.73 + 5)
        Load load = Pipelines.load(10, 20);

        assertThat(new MolinkPolicy(false).decide(0, slow, load).decodeGroups()).isEqualTo(3);
        assertThat(new MolinkPolicy(true).decide(0, slow, load).decodeGroups()).isEqualTo(4);
    }

    @Test
    void prefillsWholePromptsAndSaysWhy() {
        Decision decision =
                new MolinkPolicy(false).decide(0, Pipelines.equal(2, 20, 1, 100, 15), Pipelines.load(10, 20));

        assertThat(decision.pieceTokens()).isEqualTo(Decision.WHOLE_PROMPT);
        assertThat(decision.reason())
                .isEqualTo("3 micro-batches of 10 by MoLink's rule: 30 sequences, Tc 25.0 ms, Tt 5.8 ms at 1000 Mbit/s;"
                        + " whole prompts");
    }

    @Test
    void givesTheSameDecisionUntilSomethingChanges() {
        MolinkPolicy policy = new MolinkPolicy(false);
        Measurements measurements = Pipelines.equal(2, 20, 1, 100, 15);

        Decision first = policy.decide(0, measurements, Pipelines.load(0, 3));

        assertThat(policy.decide(1, measurements, Pipelines.load(0, 4))).isSameAs(first);
        assertThat(policy.decide(2, measurements, Pipelines.load(0, 1))).isNotSameAs(first);
    }
}
