package dev.molink.stagenode.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.execution.FinalRows;
import dev.molink.stagenode.execution.KvGroupSize;
import dev.molink.stagenode.execution.LogitRows;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.sampling.GrammarSource;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What leaves a stage while a step is computed. */
class StageEpochTests {

    private static final int HIDDEN = 2;

    private final List<String> events = new ArrayList<>();
    private final List<RequestCounts> counts = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private final StageEpoch epoch = new StageEpoch(
            "stage 1",
            1,
            new RangedStage(),
            new RecordingOutbound(),
            GrammarSource.NONE,
            System::nanoTime,
            counts::add);

    @Test
    void rangesGoOutWhileTheNextOnesAreComputed() {
        epoch.run(plan(StepKind.PREFILL, 3), null);

        assertThat(events)
                .containsExactly(
                        "computes 0",
                        "sends 1 of 2 at 0",
                        "computes 1",
                        "sends 1 of 2 at 1",
                        "computes 2",
                        "sends 1 of 2 at 2");
    }

    @Test
    void aDecodeStepIsAnnouncedAndItsEndAsWell() {
        epoch.run(plan(StepKind.DECODE, 1), null);

        assertThat(events).containsExactly("decode begins", "computes 0", "sends 1 of 2 at 0", "decode is through");
    }

    @Test
    void aStepWhoseRangeIsRefusedIsComputedToItsEndAndFails() {
        room = 1;

        assertThatThrownBy(() -> epoch.run(plan(StepKind.PREFILL, 3), null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no room for rows from 1 on");

        assertThat(events).containsExactly("computes 0", "sends 1 of 2 at 0", "computes 1", "computes 2");
    }

    @Test
    void theNextStepIsNotHeldBackByTheRefusal() {
        room = 0;
        assertThatThrownBy(() -> epoch.run(plan(StepKind.PREFILL, 1), null)).isInstanceOf(IllegalStateException.class);
        events.clear();
        room = Integer.MAX_VALUE;

        epoch.run(rows(StepKind.PREFILL, 1, 1, List.of()), null);

        assertThat(events).containsExactly("computes 0", "sends 1 of 2 at 0");
    }

    private static StepPlan plan(StepKind kind, int tokens) {
        SamplingParameters greedy = SamplingParameters.plain(0, 0, List.of());
        return rows(kind, 0, tokens, List.of(SequenceStart.plain(5, "r", 0, 1, greedy)));
    }

    private static StepPlan rows(StepKind kind, long stepId, int tokens, List<SequenceStart> starts) {
        List<SequenceRows> rows = List.of(SequenceRows.fresh(5, 0, tokens, false, List.of()));
        return new StepPlan(1, stepId, kind, rows, starts, BlockChanges.NONE, List.of(), List.of());
    }

    /** Hands out a row at a time. */
    private final class RangedStage implements StageExecutor {

        @Override
        public List<KvGroupSize> kvGroups() {
            return List.of();
        }

        @Override
        public void prepare(List<Integer> kvBlocks) {}

        @Override
        public StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows) {
            throw new AssertionError("the epoch wants rows as they become final");
        }

        @Override
        public StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, FinalRows finalRows) {
            for (int row = 0; row < plan.tokens(); row++) {
                events.add("computes " + row);
                finalRows.ready(HIDDEN, row, MemorySegment.ofArray(new float[HIDDEN]));
            }
            MemorySegment all = MemorySegment.ofArray(new float[plan.tokens() * HIDDEN]);
            return new StageOutput.Hidden(all, plan.tokens(), HIDDEN);
        }

        @Override
        public int sequences() {
            return 1;
        }

        @Override
        public void close() {}
    }

    private final class RecordingOutbound implements StageOutbound {

        @Override
        public void forward(StepPlan plan) {}

        @Override
        public void sendHidden(StepPlan plan, int hiddenSize, int firstRow, MemorySegment values) {
            if (room-- <= 0) {
                throw new IllegalStateException("no room for rows from %d on".formatted(firstRow));
            }
            long rows = values.byteSize() / Float.BYTES / hiddenSize;
            events.add("sends %d of %d at %d".formatted(rows, hiddenSize, firstRow));
        }

        @Override
        public void decodeRuns(boolean running) {
            events.add(running ? "decode begins" : "decode is through");
        }

        @Override
        public void report(StepOutcome outcome) {}

        @Override
        public void measured(StageReport report) {}

        @Override
        public LinkRate linkRate() {
            return LinkRate.UNKNOWN;
        }
    }
}
