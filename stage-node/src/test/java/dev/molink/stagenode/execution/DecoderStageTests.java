package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecoderStageTests extends StageExecutorContract {

    @Override
    protected List<StageExecutor> openTwoStages() {
        return StageChain.open(MODEL, 2).stages();
    }

    @Test
    void tellsWhatAKvBlockTakesOverItsLayers() {
        // One of three layers: keys and values of 16 tokens, 2 heads of 16 floats.
        assertThat(first.kvGroups()).containsExactly(new KvGroupSize(0, 2 * 16 * 2 * 16 * 4));
        assertThat(last.kvGroups()).containsExactly(new KvGroupSize(0, 2 * 2 * 16 * 2 * 16 * 4));
    }

    @Test
    void aPreemptedSequenceComputesTheSameAgain() {
        List<Integer> tokens = List.of(3, 1, 4, 1, 5);
        StepPlan plan = plan(1, List.of(SequenceRows.fresh(5, 0, 5, true, tokens)), List.of(append(5, 0)), List.of());
        int[][] before = bits(first.execute(plan, null));

        StepPlan again = plan(
                2,
                List.of(SequenceRows.fresh(5, 0, 5, true, tokens)),
                List.of(append(5, 3)),
                List.of(SequenceEnd.over(5)));
        int[][] after = bits(first.execute(again, null));

        assertThat(after).isDeepEqualTo(before);
    }

    private static int[][] bits(StageOutput output) {
        return GoldenModel.bits(StageChain.rows(output));
    }
}
