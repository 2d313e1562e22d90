package dev.molink.stagenode.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class GroupTrialsTests {

    private static final long SECOND = 1_000_000_000;

    private final GroupTrials trials = new GroupTrials();
    private long now;
    private long tokens;
    private int groups;

    /** Runs {@code seconds} seconds in which so many tokens are decoded as the number of groups gives. */
    private List<Integer> run(int seconds, int computed, int running, IntToDoubleFunction tokensPerSecond) {
        List<Integer> chosen = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            tokens += Math.round(groups == 0 ? 0 : tokensPerSecond.applyAsDouble(groups));
            now += SECOND;
            Load load = new Load(0, running, false, tokens);
            trials.observe(load);
            groups = trials.choose(now, computed, load);
            chosen.add(groups);
        }
        return chosen;
    }

    private static IntToDoubleFunction bestAt(int best) {
        return groups -> 1000.0 / (1 + 0.3 * Math.abs(groups - best));
    }

    @Test
    void findsThatOneGroupIsBetterThanTheComputedTwo() {
        assertThat(run(12, 2, 32, bestAt(1)).getLast()).isEqualTo(1);
    }

    @Test
    void findsThatTwoGroupsAreBetterThanTheComputedOne() {
        assertThat(run(12, 1, 32, bestAt(2)).getLast()).isEqualTo(2);
    }

    @Test
    void climbsFurtherThanOneStep() {
        assertThat(run(60, 2, 32, bestAt(6)).getLast()).isEqualTo(6);
    }

    @Test
    void triesWhatIsProposedAnewNextAndReturnsWhenItIsWorse() {
        run(200, 2, 32, bestAt(2));

        List<Integer> chosen = run(12, 5, 32, bestAt(2));

        assertThat(chosen.subList(0, 5)).contains(5);
        assertThat(chosen.getLast()).isEqualTo(2);
    }

    @Test
    void followsTheComputedNumberWhileNothingCanBeMeasured() {
        List<Integer> alone = run(5, 3, 1, bestAt(1));
        List<Integer> changed = run(5, 4, 1, bestAt(1));

        assertThat(alone).containsOnly(3);
        assertThat(changed).containsOnly(4);
    }

    @Test
    void learnsNothingFromSecondsWithPrefill() {
        for (int second = 0; second < 60; second++) {
            tokens += groups == 1 ? 2000 : 1000;
            now += SECOND;
            trials.observe(new Load(0, 32, true, tokens));
            groups = trials.choose(now, 2, new Load(0, 32, false, tokens));

            assertThat(groups).isEqualTo(2);
        }
    }

    /** As from a client that asks anew as soon as all its answers are there. */
    @Test
    void findsTheBestBetweenPromptsAndBeginsTheNextBurstWithIt() {
        List<Integer> chosen = List.of();
        for (int burst = 0; burst < 20; burst++) {
            chosen = burst(burst % 2 == 0 ? 2 : 1);
        }

        assertThat(chosen).containsOnly(3);
    }

    /** Prompts, and 5 s without; the computation wavers. */
    private List<Integer> burst(int computed) {
        List<Integer> chosen = new ArrayList<>();
        for (int quarter = 0; quarter < 24; quarter++) {
            tokens += Math.round(groups == 0 ? 0 : bestAt(3).applyAsDouble(groups));
            now += SECOND / 4;
            trials.observe(new Load(0, 32, quarter < 4, tokens));
            groups = trials.choose(now, quarter < 12 ? computed : 2, new Load(0, 32, false, tokens));
            chosen.add(groups);
        }
        return chosen;
    }

    @Test
    void whatWasFoundForManySequencesDoesNotHoldForFew() {
        run(40, 2, 64, bestAt(3));
        List<Integer> few = run(2, 2, 4, bestAt(2));
        List<Integer> many = run(3, 2, 64, bestAt(3));

        assertThat(few).containsOnly(2);
        assertThat(many).containsOnly(3);
    }

    /** Trials that fail become rare: what they cost stays small. */
    @Test
    void spendsLittleTimeOnTrialsThatFail() {
        run(600, 2, 32, bestAt(2));

        List<Integer> chosen = run(1000, 2, 32, bestAt(2));

        assertThat(chosen.stream().filter(each -> each != 2)).hasSizeLessThan(30);
    }

    @RepeatedTest(20)
    void staysNearTheBestWhenRatesAreNoisyAndTheMachineSpeedsUp(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int best = 1 + random.nextInt(4);
        int computed = 1 + random.nextInt(4);
        IntToDoubleFunction noisy = each -> bestAt(best).applyAsDouble(each)
                * (1 + 0.02 * random.nextGaussian())
                * Math.min(1, 0.3 + now / (40.0 * SECOND));

        List<Integer> chosen = run(300, computed, 32, noisy);

        List<Integer> later = chosen.subList(200, 300);
        assertThat(later.stream().filter(each -> each == best))
                .as("seed %d, best %d, computed %d: %s", repetition.getCurrentRepetition(), best, computed, later)
                .hasSizeGreaterThan(80);
    }

    @Test
    void neverHasMoreGroupsThanSequences() {
        assertThat(run(100, 2, 3, groups -> 100.0 * groups)).allMatch(each -> each <= 3);
        assertThat(IntStream.of(groups).max().orElse(0)).isEqualTo(3);
    }
}
