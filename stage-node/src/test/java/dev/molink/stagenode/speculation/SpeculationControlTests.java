package dev.molink.stagenode.speculation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeculationControlTests {

    private static final long MILLI = 1_000_000;

    /** Sequences that decode texts known in advance, in steps of {@code fixedMillis + rows · rowMillis}. */
    private static final class Decoding {

        final SpeculationControl control;
        final List<int[]> texts = new ArrayList<>();
        final List<PromptLookup> lookups = new ArrayList<>();
        final List<AcceptanceHistory> histories = new ArrayList<>();
        final double fixedMillis;
        final double rowMillis;
        double verifyMillis;
        int[] tokens;
        long nowNanos;
        int verifySteps;
        int drafted;
        int accepted;

        Decoding(String option, double fixedMillis, double rowMillis) {
            this.control = new SpeculationControl(SpeculationOption.parse(option));
            this.fixedMillis = fixedMillis;
            this.rowMillis = rowMillis;
            this.tokens = new int[0];
        }

        Decoding with(int... text) {
            texts.add(text);
            lookups.add(new PromptLookup(position -> text[position]));
            histories.add(new AcceptanceHistory());
            tokens = Arrays.copyOf(tokens, texts.size());
            tokens[texts.size() - 1] = 20;
            return this;
        }

        void step() {
            boolean mayDraft = control.mayDraft(nowNanos);
            int rows = texts.size();
            int right = 0;
            for (int i = 0; i < texts.size(); i++) {
                int count = mayDraft ? control.draftTokens(histories.get(i), texts.size()) : 0;
                int[] draft = lookups.get(i).draft(tokens[i], count);
                int good = agreeing(texts.get(i), tokens[i], draft);
                if (draft.length > 0) {
                    control.verified(histories.get(i), draft.length, good);
                }
                rows += draft.length;
                right += good;
                tokens[i] += 1 + good;
            }
            double verifying = rows > texts.size() ? verifyMillis : 0;
            long duration = Math.round((fixedMillis + verifying + rows * rowMillis) * MILLI);
            nowNanos += duration;
            control.stepDone(nowNanos, texts.size(), rows, right, duration);
            verifySteps += rows > texts.size() ? 1 : 0;
            drafted += rows - texts.size();
            accepted += right;
        }

        private static int agreeing(int[] text, int from, int[] draft) {
            int good = 0;
            while (good < draft.length && text[from + good] == draft[good]) {
                good++;
            }
            return good;
        }

        void runUntil(int end) {
            while (Arrays.stream(tokens).min().orElseThrow() < end) {
                step();
            }
        }

        void run(int steps) {
            for (int i = 0; i < steps; i++) {
                step();
            }
        }

        double tokensPerSecond() {
            int all = Arrays.stream(tokens).sum() - 20 * texts.size();
            return all * 1e9 / nowNanos;
        }
    }

    private static int[] repetitive(int length) {
        int[] phrase = new Random(7).ints(40, 0, 1000).toArray();
        int[] text = new int[length];
        for (int i = 0; i < length; i++) {
            // every hundredth id is something else
            text[i] = i % 100 == 99 ? 2000 + i : phrase[i % phrase.length];
        }
        return text;
    }

    private static int[] random(int seed, int length) {
        return new Random(seed).ints(length, 0, 30).toArray();
    }

    @Test
    void paysOnRepetitiveText() {
        Decoding with = new Decoding("auto", 20, 1).with(repetitive(3000));
        Decoding without = new Decoding("off", 20, 1).with(repetitive(3000));

        with.runUntil(2500);
        without.runUntil(2500);

        assertThat(with.control.on()).isTrue();
        assertThat(with.tokensPerSecond() / without.tokensPerSecond()).isGreaterThan(3);
        assertThat(with.control.gain()).isGreaterThan(2);
        assertThat(without.drafted).isZero();
    }

    @Test
    void switchesItselfOffOnRandomText() {
        Decoding with = new Decoding("auto", 20, 5).with(random(1, 6000));
        Decoding without = new Decoding("off", 20, 5).with(random(1, 6000));

        with.runUntil(5000);
        without.runUntil(5000);

        assertThat(with.control.on()).isFalse();
        assertThat(with.tokensPerSecond() / without.tokensPerSecond()).isGreaterThan(0.98);
        assertThat(with.control.reason())
                .startsWith("speculation is off: 0.")
                .endsWith(" times the tokens per second of decode steps over the last verify steps");
    }

    @Test
    void switchesItselfOffWhereVerifyingCostsMoreThanItGives() {
        // 2.1 ms without drafts; with up to 16 of them at least 42 ms, which up to 17 tokens cannot win back
        Decoding with = new Decoding("auto", 2, 0.1).with(repetitive(3000));
        Decoding without = new Decoding("off", 2, 0.1).with(repetitive(3000));
        with.verifyMillis = 40;

        with.runUntil(2500);
        without.runUntil(2500);

        assertThat(with.control.on()).isFalse();
        assertThat(with.control.gain()).isLessThan(1);
        assertThat(with.verifySteps).isLessThanOrEqualTo(2 * 16);
    }

    @Test
    void probesAgainAndNoticesThatTheTextChanged() {
        int[] text = random(2, 12_000);
        System.arraycopy(repetitive(9_000), 0, text, 3_000, 9_000);
        Decoding decoding = new Decoding("auto", 20, 5).with(text);
        decoding.runUntil(2_900);
        assertThat(decoding.control.on()).isFalse();

        decoding.runUntil(11_000);

        assertThat(decoding.control.on()).isTrue();
        assertThat(decoding.control.gain()).isGreaterThan(1.5);
    }

    @Test
    void gainsMoreTheLongerAStepTakesWhateverItsRows() {
        Decoding slowLinks = new Decoding("auto", 60, 2).with(repetitive(3000));
        Decoding fastLinks = new Decoding("auto", 5, 2).with(repetitive(3000));

        slowLinks.runUntil(2500);
        fastLinks.runUntil(2500);

        assertThat(slowLinks.control.gain()).isGreaterThan(1.5 * fastLinks.control.gain());
    }

    @Test
    void draftsLessForASequenceWhoseDraftsAreWrong() {
        Decoding decoding = new Decoding("auto", 20, 1).with(repetitive(3000)).with(random(3, 3000));

        decoding.run(100);

        assertThat(decoding.histories.getFirst().acceptance()).isGreaterThan(0.9);
        assertThat(decoding.histories.getLast().acceptance()).isLessThan(0.2);
        assertThat(decoding.control.draftTokens(decoding.histories.getFirst(), 2))
                .isGreaterThan(8);
        assertThat(decoding.control.draftTokens(decoding.histories.getLast(), 2))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void alwaysDraftsSoManyWhenFixed() {
        Decoding decoding = new Decoding("4", 20, 20).with(repetitive(1000));

        decoding.runUntil(500);

        assertThat(decoding.control.on()).isTrue();
        assertThat(decoding.drafted).isEqualTo(4 * decoding.verifySteps).isPositive();
    }

    @Test
    void isDeterministic() {
        Decoding one = new Decoding("auto", 20, 3).with(repetitive(2000)).with(random(5, 2000));
        Decoding same = new Decoding("auto", 20, 3).with(repetitive(2000)).with(random(5, 2000));

        one.run(100);
        same.run(100);

        assertThat(same.nowNanos).isEqualTo(one.nowNanos);
        assertThat(same.accepted).isEqualTo(one.accepted);
        assertThat(same.control.reason()).isEqualTo(one.control.reason());
    }

    @Test
    void isOffWhenItIsOff() {
        SpeculationControl control = new SpeculationControl(SpeculationOption.parse("off"));

        assertThat(control.mayDraft(0)).isFalse();
        assertThat(control.on()).isFalse();
        assertThat(control.reason()).isEqualTo("speculation is off");
    }
}
