package dev.molink.stagenode.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoPolicyTests {

    private static final long SECOND = 1_000_000_000;
    private static final Load EIGHT = Pipelines.load(0, 8);

    private final AutoPolicy policy = new AutoPolicy();

    private Decision after(int seconds, Measurements measurements) {
        Decision decision = null;
        for (int second = 0; second < seconds; second++) {
            now += SECOND;
            decision = policy.decide(now, measurements, EIGHT);
        }
        return Objects.requireNonNull(decision);
    }

    private long now;

    @Test
    void startsWithAGroupForEachStage() {
        Decision decision = policy.decide(0, Measurements.none(3, 64, 128), Pipelines.load(1, 0));

        assertThat(decision)
                .isEqualTo(new Decision(
                        3,
                        6,
                        256,
                        "3 decode groups, as many as stages while nothing is measured; pieces of 256 tokens while nothing"
                                + " is measured"));
    }

    @Test
    void isReconsideredOnceASecond() {
        Decision first = policy.decide(5, Measurements.none(3, 64, 128), EIGHT);

        assertThat(policy.decide(5 + SECOND - 1, Pipelines.one(10, 1), EIGHT)).isSameAs(first);
        assertThat(policy.decide(5 + SECOND, Pipelines.one(10, 1), EIGHT).decodeGroups())
                .isEqualTo(1);
    }

    @Nested
    class DecodeGroupsInFlight {

        @Test
        void areOneOnOneStage() {
            assertThat(after(1, Pipelines.one(10, 1)).decodeGroups()).isEqualTo(1);
        }

        @ParameterizedTest
        @CsvSource({
            // cycle 3 · 10, busiest 10
            "3, 10, 100000, 0, 3",
            // cycle 3 · 10 + 3 · 15 = 75, busiest 10: 7.5, and a little for the wire
            "3, 10, 100000, 15, 8",
            // cycle 2 · 10 + 2 · 5 + wire of 4 rows 3.28: 33.3 by 10
            "2, 10, 100, 5, 3",
            // wire of 4 rows at 10 Mbit/s is 32.8: cycle 20 + 10 + 32.8 = 62.8 by 32.8
            "2, 10, 10, 5, 2",
            // cycle 4 · 1 + 4 · 50 = 204, busiest 1
            "4, 1, 100000, 50, 16",
        })
        void fillTheCycleOfTheBusiest(int stages, double decodeMillis, double megabits, double delay, int expected) {
            Decision decision = after(3, Pipelines.equal(stages, decodeMillis, 1, megabits, delay));

            assertThat(decision.decodeGroups()).isEqualTo(expected);
        }

        @ParameterizedTest
        @CsvSource({
            // one group 2 · (1 + 0.8) = 3.6; two of 4 rows 2 · (1 + 0.4) = 2.8; three of 3 rows 3 · 1.3 = 3.9
            "2, 1, 0.1, 0, 8, 2",
            // one group 2 · 2.16 = 4.32; two of 4 rows 2 · 2.08 = 4.16, less than a twentieth shorter
            "2, 2, 0.02, 0, 8, 1",
            // one group 2 · 3.28 = 6.56; two of 32 rows 2 · 2.64 = 5.28; three of 22 rows 3 · 2.44 = 7.32
            "2, 2, 0.02, 0, 64, 2",
            // rows cost nothing: a round lasts for two steps, whatever the groups
            "2, 2, 0, 0, 8, 1",
            // with 10 ms there and back: 4.32 + 20 in one group, 4.04 + 20 in four
            "2, 2, 0.02, 10, 8, 1",
            // one group 2 · 17 + 20 = 54; six of 3 rows 2 · 4 + 20 = 28; eight of 2 rows 2 · 3 + 20 = 26; sixteen 16 ·
            // 2 = 32
            "2, 1, 1, 10, 16, 8",
        })
        void shortenARoundOfAllSequences(
                int stages, double fixedMillis, double rowMillis, double delay, int sequences, int expected) {
            Measurements measured = Pipelines.costing(stages, fixedMillis, rowMillis, 1e6, delay);
            Decision decision = null;
            for (int second = 0; second < 3; second++) {
                now += SECOND;
                decision = policy.decide(now, measured, Pipelines.load(0, sequences));
            }

            assertThat(Objects.requireNonNull(decision).decodeGroups()).isEqualTo(expected);
        }

        @Test
        void shareASlowWire() {
            // 0.8192 ms of wire a row: one group 4.32 + 6.55 = 10.87; two of 4 rows max(4.16 + 3.28, 2 · 3.28) = 7.44;
            // three of 3 rows max(4.12 + 2.46, 3 · 2.46) = 7.37; four of 2 rows max(4.08 + 1.64, 4 · 2.04) = 8.16
            Decision decision = after(3, Pipelines.costing(2, 2, 0.02, 100, 0));

            assertThat(decision.decodeGroups()).isEqualTo(2);
            assertThat(decision.reason())
                    .startsWith(
                            "2 decode groups: a token of each of 8 sequences takes 10.9 ms in one group, 7.4 ms in 2; ");
        }

        @Test
        void stayAsTheyAreForOneSequence() {
            Measurements measured = Pipelines.costing(2, 1, 0.1, 1e6, 0);
            assertThat(after(3, measured).decodeGroups()).isEqualTo(2);

            Decision alone = policy.decide(now + SECOND, measured, Pipelines.load(0, 1));

            assertThat(alone.decodeGroups()).isEqualTo(2);
            assertThat(alone.reason()).contains("takes 2.2 ms in one group");
        }

        @Test
        void sayWhy() {
            Decision decision = after(1, Pipelines.equal(2, 10, 1, 100, 5));

            assertThat(decision.reason())
                    .startsWith("3 decode groups: a step of 4 rows takes 33.3 ms round the pipeline and 10.0 ms on the"
                            + " busiest stage; pieces of ");
        }
    }

    @Nested
    class Pieces {

        @ParameterizedTest
        @CsvSource({
            // 32.8 µs of wire a token less than computing: two steps, 30 / 0.158594 = 189.2, in 16s
            "15, 0.158594, 2500, 192",
            // 0.8192 ms of wire a token: 15 / (0.8192 − 0.1) = 20.9, at least 22.5 / 0.158594 = 141.9
            "15, 0.158594, 100, 144",
            // 0.1639 ms of wire: 15 / 0.0639 = 234.9, but two steps are 189.2
            "15, 0.158594, 500, 192",
            // steps of 100 ms: two of them may be waited for, 200 / 1.390625 = 143.8
            "100, 1.390625, 100000, 144",
            // steps of 0.5 ms: 15 ms may be waited for, 15 / 0.011953 = 1255
            "0.5, 0.011953, 100000, 1024",
        })
        void computeAsLongAsTheyTravelOrAsDecodeMayWait(
                double decodeMillis, double tokenMillis, double megabits, int expected) {
            Decision decision = after(1, Pipelines.equal(2, decodeMillis, tokenMillis, megabits, 5));

            assertThat(decision.pieceTokens()).isEqualTo(expected);
        }

        @Test
        void areBoundedByDecodeOnOneStage() {
            Decision decision = after(1, Pipelines.one(10, 0.289063));

            // two steps: 20 / 0.289063 = 69.2, in 16s
            assertThat(decision.pieceTokens()).isEqualTo(64);
            assertThat(decision.reason()).endsWith("; decode may wait for 20 ms");
        }
    }

    @Nested
    class PrefillStepsInFlight {

        @Test
        void areTwoForEachStageWhileNothingIsMeasured() {
            assertThat(policy.decide(0, Measurements.none(4, 64, 128), EIGHT).prefillSteps())
                    .isEqualTo(8);
        }

        @ParameterizedTest
        @CsvSource({
            // 100 tokens at 0.2 ms on 2 stages, no wire: 40 by 20 and one more is fewer than two a stage
            "2, 0.2, 100000, 0, 4",
            // 3 · 20 + 2 · 81.9 + 3 · 15 ms by 81.9: 3.3
            "3, 0.2, 10, 15, 6",
            // 2 · 20 + 2 · 95 ms by 20: 11.5, and one more
            "2, 0.2, 100000, 95, 13",
            "2, 0.2, 100000, 1000, 16",
        })
        void fillTheCycleOfTheBusiest(int stages, double tokenMillis, double megabits, double delay, int expected) {
            Measurements measured = Pipelines.equal(stages, 1, tokenMillis, megabits, delay);

            assertThat(PrefillSteps.of(measured, 100)).isEqualTo(expected);
        }

        @Test
        void ofWholePromptsAreAsManyAsStages() {
            Measurements measured = Pipelines.equal(3, 1, 0.2, 10, 100);

            assertThat(PrefillSteps.of(measured, Decision.WHOLE_PROMPT)).isEqualTo(3);
            assertThat(new MolinkPolicy(false).decide(0, measured, EIGHT).prefillSteps())
                    .isEqualTo(3);
        }
    }

    @Nested
    class Hysteresis {

        @Test
        void doesNotFollowNoise() {
            for (long seed = 1; seed <= 200; seed++) {
                Random random = new Random(seed);
                AutoPolicy noisy = new AutoPolicy();
                List<Decision> decisions = new ArrayList<>();
                int pieceTokens = 256;
                for (int second = 0; second < 60; second++) {
                    Measurements measured = Pipelines.equal(
                            4,
                            10 * noise(random),
                            (0.25 + 10.0 / pieceTokens) * noise(random),
                            300 * noise(random),
                            12 * noise(random));
                    decisions.add(noisy.decide(second * SECOND, measured, EIGHT));
                    pieceTokens = decisions.getLast().pieceTokens();
                }

                List<Decision> settled = decisions.subList(5, 60);
                assertThat(changes(settled, Decision::decodeGroups))
                        .as("changes of decode groups with seed %d", seed)
                        .isZero();
                assertThat(changes(settled, Decision::pieceTokens))
                        .as("changes of pieces with seed %d", seed)
                        .isLessThanOrEqualTo(1);
            }
        }

        private static long changes(List<Decision> decisions, ToIntFunction<Decision> number) {
            return IntStream.range(1, decisions.size())
                    .filter(i -> number.applyAsInt(decisions.get(i)) != number.applyAsInt(decisions.get(i - 1)))
                    .count();
        }

        private static double noise(Random random) {
            return 0.95 + 0.1 * random.nextDouble();
        }

        @Test
        void followsARealChangeWithinThreeSeconds() {
            after(20, Pipelines.equal(2, 10, 0.3, 100000, 0));

            assertThat(after(2, Pipelines.equal(2, 10, 0.3, 100000, 40)).decodeGroups())
                    .isEqualTo(2);
            assertThat(after(1, Pipelines.equal(2, 10, 0.3, 100000, 40)).decodeGroups())
                    .isEqualTo(10);
        }

        @Test
        void overlooksOutliers() {
            after(10, Pipelines.equal(2, 10, 0.3, 100000, 0));
            after(2, Pipelines.equal(2, 10, 0.3, 100000, 500));

            assertThat(after(1, Pipelines.equal(2, 10, 0.3, 100000, 0)).decodeGroups())
                    .isEqualTo(2);
        }
    }

    @Test
    void fixedGroupsHaveTheSamePieces() {
        Measurements measured = Pipelines.equal(2, 15, 0.158594, 500, 5);

        Decision decision = new FixedPolicy(7).decide(0, measured, EIGHT);

        assertThat(decision.decodeGroups()).isEqualTo(7);
        assertThat(decision.pieceTokens())
                .isEqualTo(policy.decide(0, measured, EIGHT).pieceTokens());
        assertThat(decision.reason()).startsWith("7 decode groups, fixed; pieces of 192 tokens: ");
    }
}
