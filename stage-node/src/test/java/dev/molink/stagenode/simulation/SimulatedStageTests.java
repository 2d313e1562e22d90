package dev.molink.stagenode.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molink.stagenode.execution.KvGroupSize;
import dev.molink.stagenode.execution.LogitRows;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageExecutorContract;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A simulated stage obeys and refuses as a real one does, and takes the time that it should. */
class SimulatedStageTests extends StageExecutorContract {

    private static final SimulatedDevice DEVICE = new SimulatedDevice(DeviceProfiles.of("cpu-2core"), 1);

    private final SteppedTime time = new SteppedTime();
    private final ModelConfig model = ModelFiles.open(ModelSource.of(MODEL.toString()), _ -> {
                throw new IllegalStateException("no test needs the hub");
            })
            .config();

    @Override
    protected List<StageExecutor> openTwoStages() {
        return openTwoStages(DEVICE);
    }

    private List<StageExecutor> openTwoStages(SimulatedDevice device) {
        return List.of(
                SimulatedStage.of(device, model, new LayerRange(0, 1), time),
                SimulatedStage.of(device, model, new LayerRange(1, 3), time));
    }

    @Test
    void countsKvBlocksInTwoBytesAnElement() {
        assertThat(first.kvGroups()).containsExactly(new KvGroupSize(0, 2 * 16 * 2 * 16 * 2));
        assertThat(last.kvGroups()).containsExactly(new KvGroupSize(0, 2 * 2 * 16 * 2 * 16 * 2));
    }

    @Test
    void takesTheTimeOfTheRoofline() {
        StepPlan plan = plan(1, List.of(rows(5, 0, 3)), List.of(append(5, 0)), List.of());
        long expected = new Roofline(DEVICE.profile(), model, new LayerRange(0, 1)).stepNanos(plan);

        first.execute(plan, null);

        assertThat(time.nanos()).isEqualTo(expected).isPositive();
    }

    @Test
    void takesNoTimeForARefusedPlan() {
        StepPlan plan = plan(1, List.of(rows(5, 15, 2)), List.of(append(5, 0)), List.of());

        assertThatIllegalArgumentException().isThrownBy(() -> first.execute(plan, null));

        assertThat(time.nanos()).isZero();
    }

    @Test
    void aSecondTensorDoublesTheRows() {
        List<StageExecutor> stages = openTwoStages(new SimulatedDevice(DEVICE.profile(), 2));
        stages.forEach(stage -> stage.prepare(List.of(4)));
        StepPlan plan = plan(1, List.of(rows(5, 0, 3)), List.of(append(5, 0)), List.of());

        StageOutput hidden = stages.getFirst().execute(plan, null);
        StageOutput logits = stages.getLast().execute(plan, hidden.values());

        assertThat(hidden.values().byteSize()).isEqualTo(3 * 2 * 64 * Float.BYTES);
        assertThat(((StageOutput.Hidden) hidden).hiddenSize()).isEqualTo(128);
        assertThat(logits.rows()).isOne();
    }

    @Test
    void rowsOfAPrefillPieceLeaveWhileItsLastLayerIsComputed() {
        first.prepare(List.of(40));
        List<BlockAppend> blocks =
                IntStream.range(0, 16).mapToObj(id -> append(5, id)).toList();
        StepPlan plan = plan(1, List.of(rows(5, 0, 250)), blocks, List.of());
        long step = new Roofline(DEVICE.profile(), model, new LayerRange(0, 1)).stepNanos(plan);
        List<Integer> firstRows = new ArrayList<>();
        List<Long> times = new ArrayList<>();

        StageOutput whole = first.execute(plan, null, (hiddenSize, firstRow, values) -> {
            firstRows.add(firstRow);
            times.add(time.nanos());
            assertThat(values.byteSize()).isEqualTo(Math.min(128, 250 - firstRow) * 64L * Float.BYTES);
        });

        assertThat(whole.rows()).isEqualTo(250);
        assertThat(firstRows).containsExactly(0, 128);
        // The stage has one layer, so that all of the step is its last layer's.
        assertThat(times).containsExactly(Math.round(step * 128 / 250.0), step);
    }

    @Test
    void rowsOfADecodeStepLeaveAtItsEnd() {
        StepPlan prompt = plan(1, List.of(rows(5, 0, 3)), List.of(append(5, 0)), List.of());
        first.execute(prompt, null);
        long began = time.nanos();
        StepPlan decode = new StepPlan(
                1, 2, StepKind.DECODE, List.of(rows(5, 3, 1)), List.of(), BlockChanges.NONE, List.of(), List.of());
        List<Long> times = new ArrayList<>();

        first.execute(decode, null, (_, _, _) -> times.add(time.nanos() - began));

        assertThat(times)
                .containsExactly(new Roofline(DEVICE.profile(), model, new LayerRange(0, 1)).stepNanos(decode));
    }

    @Test
    void handsOnFiniteNumbersThatAreNotAllAlike() {
        StepPlan plan = plan(1, List.of(rows(5, 0, 40)), List.of(append(5, 0), append(5, 1), append(5, 2)), List.of());

        float[] values = first.execute(plan, null).values().toArray(ValueLayout.JAVA_FLOAT);

        assertThat(values).hasSize(40 * 64).doesNotContain(Float.NaN);
        assertThat(values[0]).isNotEqualTo(values[1]);
        assertThat(values[40 * 64 - 1]).isBetween(-1f, 1f).isNotZero();
    }

    @Test
    void everyRowOfLogitsHasOnePeakAtAnOrdinaryIdAndLeavesNoneBehind() {
        StepPlan long1 = plan(1, List.of(rows(5, 0, 40)), List.of(append(5, 0), append(5, 1), append(5, 2)), List.of());
        StepPlan long2 = plan(2, List.of(rows(5, 8, 30)), List.of(), List.of());

        List<Integer> peaks = peaks(last.execute(long1, hidden(40), LogitRows.ALL));
        List<Integer> later = peaks(last.execute(long2, hidden(30), LogitRows.ALL));

        assertThat(peaks).hasSize(40).allSatisfy(id -> assertThat(id).isBetween(128, 192));
        assertThat(peaks.stream().distinct().count()).isGreaterThan(20);
        assertThat(model.endTokenIds()).doesNotContainAnyElementsOf(peaks);
        // The same positions have the same ids, whatever step they come in.
        assertThat(later).isEqualTo(peaks.subList(8, 38));
    }

    private static MemorySegment hidden(int rows) {
        return MemorySegment.ofArray(new float[rows * 64]);
    }

    /** The only id of each row whose logit is not 0. */
    private static List<Integer> peaks(StageOutput output) {
        float[] logits = output.values().toArray(ValueLayout.JAVA_FLOAT);
        List<Integer> peaks = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
            if (logits[i] != 0) {
                assertThat(i / 256).as("one peak in each row").isEqualTo(peaks.size());
                peaks.add(i % 256);
            }
        }
        return peaks;
    }
}
