package dev.molink.stagenode.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RowRangesTests {

    private static final int HIDDEN = 2;

    private final RowRanges ranges = new RowRanges(ActivationPool.ofArrays(1 << 20));

    @Test
    void givesTheStateWhenItsLastRowCame() {
        StepPlan plan = plan(1, 3);

        assertThat(ranges.add(plan, HIDDEN, 0, floats(1, 2))).isNull();
        Activation whole = ranges.add(plan, HIDDEN, 1, floats(3, 4, 5, 6));

        assertThat(Objects.requireNonNull(whole).values().mismatch(floats(1, 2, 3, 4, 5, 6)))
                .isEqualTo(-1);
    }

    @Test
    void aStateThatStopsIsForgottenWhenTheNextOneStarts() {
        assertThat(ranges.add(plan(1, 3), HIDDEN, 0, floats(1, 2))).isNull();

        Activation whole = ranges.add(plan(2, 1), HIDDEN, 0, floats(7, 8));

        assertThat(Objects.requireNonNull(whole).values().mismatch(floats(7, 8)))
                .isEqualTo(-1);
    }

    @Test
    void refusesAGapAndTheRestOfAnotherStep() {
        assertThat(ranges.add(plan(1, 3), HIDDEN, 0, floats(1, 2))).isNull();

        assertThatThrownBy(() -> ranges.add(plan(1, 3), HIDDEN, 2, floats(5, 6)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("step 1: rows from 2 on came when 1 of step 1 were there");
        assertThatThrownBy(() -> ranges.add(plan(2, 3), HIDDEN, 1, floats(5, 6)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("step 2: rows from 1 on came when 1 of step 1 were there");
    }

    private static MemorySegment floats(float... values) {
        return MemorySegment.ofArray(values);
    }

    private static StepPlan plan(long stepId, int tokens) {
        List<SequenceRows> rows = List.of(SequenceRows.fresh(1, 0, tokens, false, List.of()));
        return new StepPlan(1, stepId, StepKind.PREFILL, rows, List.of(), BlockChanges.NONE, List.of(), List.of());
    }
}
