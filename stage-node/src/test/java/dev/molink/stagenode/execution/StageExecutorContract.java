package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a stage obeys plans, and what it refuses: the same for every executor. */
public abstract class StageExecutorContract {

    /** Layer 0, and layers 1 and 2, of the fixture's model: rows of 64 elements, a vocabulary of 256. */
    protected static final Path MODEL = GoldenModel.bundledFixtures().resolve("models/llama");

    private static final int HIDDEN_BYTES = 64 * Float.BYTES;

    protected StageExecutor first;
    protected StageExecutor last;

    /** Opens the stages of {@link #MODEL} with layers [0, 1) and [1, 3). */
    protected abstract List<StageExecutor> openTwoStages();

    @BeforeEach
    void prepareTwoStages() {
        List<StageExecutor> stages = openTwoStages();
        first = stages.getFirst();
        last = stages.getLast();
        first.prepare(List.of(4));
        last.prepare(List.of(4));
    }

    @AfterEach
    void closeStages() {
        first.close();
        last.close();
    }

    @Test
    void givesHiddenStatesInTheMiddleAndLogitsAtTheEnd() {
        StepPlan plan = plan(1, List.of(rows(5, 0, 3)), List.of(append(5, 0)), List.of());

        StageOutput hidden = first.execute(plan, null);
        StageOutput logits = last.execute(plan, hidden.values());

        assertThat(hidden).isInstanceOf(StageOutput.Hidden.class);
        assertThat(hidden.rows()).isEqualTo(3);
        assertThat(hidden.values().byteSize()).isEqualTo(3 * HIDDEN_BYTES);
        assertThat(logits).isInstanceOf(StageOutput.Logits.class);
        assertThat(logits.rows()).isOne();
        assertThat(logits.values().byteSize()).isEqualTo(256 * Float.BYTES);
    }

    @Test
    void givesLogitsInTheOrderOfThePlansSampledRows() {
        SequenceRows silent = SequenceRows.fresh(3, 0, 2, false, List.of(9, 10));
        StepPlan plan = plan(
                1,
                List.of(rows(1, 0, 3), silent, rows(2, 0, 1)),
                List.of(append(1, 0), append(3, 1), append(2, 2)),
                List.of());

        StageOutput sampled = last.execute(plan, first.execute(plan, null).values());

        assertThat(sampled.rows()).isEqualTo(2);
    }

    @Test
    void selectsEveryRowThatAVerifyStepSamples() {
        StepPlan prompt =
                plan(1, List.of(rows(1, 0, 3), rows(2, 0, 3)), List.of(append(1, 0), append(2, 1)), List.of());
        last.execute(prompt, first.execute(prompt, null).values());
        List<SequenceRows> rows = List.of(
                new SequenceRows(1, 3, 1, 1, 0, List.of(4)), new SequenceRows(2, 3, 4, 3, 0, List.of(5, 6, 7, 8)));
        StepPlan verify = new StepPlan(1, 2, StepKind.VERIFY, rows, List.of(), BlockChanges.NONE, List.of(), List.of());

        StageOutput output = last.execute(verify, first.execute(verify, null).values());

        assertThat(planRows(output)).containsExactly(0, 2, 3, 4);
    }

    @Test
    void selectsEveryRowOfAPromptWhoseLogProbabilitiesAreWanted() {
        SequenceStart start =
                new SequenceStart(2, "r", 0, 4, 0, SamplingParameters.plain(0, 0, List.of()), List.of(), 0, null);
        StepPlan piece = new StepPlan(
                1,
                1,
                StepKind.PREFILL,
                List.of(rows(1, 0, 2), SequenceRows.fresh(2, 0, 3, false, List.of(1, 2, 3))),
                List.of(start),
                BlockChanges.appending(List.of(append(1, 0), append(2, 1))),
                List.of(),
                List.of());
        StepPlan rest = plan(2, List.of(SequenceRows.fresh(2, 3, 1, true, List.of(4))), List.of(), List.of());
        StepPlan again = plan(
                3,
                List.of(SequenceRows.fresh(2, 0, 2, false, List.of(1, 2))),
                List.of(append(2, 2)),
                List.of(SequenceEnd.over(2)));

        assertThat(planRows(last.execute(piece, first.execute(piece, null).values())))
                .containsExactly(1, 2, 3, 4);
        assertThat(planRows(last.execute(rest, first.execute(rest, null).values())))
                .containsExactly(0);
        assertThat(planRows(last.execute(again, first.execute(again, null).values())))
                .isEmpty();
    }

    @Test
    void endsSequencesWithAPlanThatHasNoRows() {
        first.execute(plan(1, List.of(rows(5, 0, 3)), List.of(append(5, 0)), List.of()), null);
        assertThat(first.sequences()).isOne();

        StageOutput output = first.execute(plan(2, List.of(), List.of(), List.of(SequenceEnd.over(5))), null);

        assertThat(output.rows()).isZero();
        assertThat(first.sequences()).isZero();
    }

    @Test
    void preparingAnewForgetsEverySequence() {
        first.execute(plan(1, List.of(rows(5, 0, 3)), List.of(append(5, 0)), List.of()), null);

        first.prepare(List.of(2));

        assertThat(first.sequences()).isZero();
    }

    @Test
    void refusesRowsWithoutBlocks() {
        StepPlan plan = plan(1, List.of(rows(5, 15, 2)), List.of(append(5, 0)), List.of());

        assertThatThrownBy(() -> first.execute(plan, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sequence 5: positions up to 16 do not fit its 1 KV blocks of 16 tokens");
        assertThat(first.sequences()).isZero();
    }

    @Test
    void refusesABlockThatItDoesNotHave() {
        StepPlan plan = plan(1, List.of(rows(5, 0, 1)), List.of(append(5, 4)), List.of());

        assertThatThrownBy(() -> first.execute(plan, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sequence 5: KV block 4 is outside this stage's 4 blocks");
    }

    @Test
    void refusesAnUnknownKvGroup() {
        StepPlan plan = plan(1, List.of(), List.of(new BlockAppend(5, 1, List.of(0))), List.of());

        assertThatThrownBy(() -> first.execute(plan, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("KV group 1 is unknown");
    }

    @Test
    void refusesATokenOutsideTheVocabulary() {
        SequenceRows rows = SequenceRows.fresh(5, 0, 1, true, List.of(256));
        StepPlan plan = plan(7, List.of(rows), List.of(append(5, 0)), List.of());

        assertThatThrownBy(() -> first.execute(plan, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step 7: token id 256 is outside the vocabulary 0…255");
    }

    @Test
    void refusesRowsWithoutTokenIdsOnTheFirstStage() {
        StepPlan plan =
                plan(7, List.of(SequenceRows.fresh(5, 0, 1, true, List.of())), List.of(append(5, 0)), List.of());

        assertThatThrownBy(() -> first.execute(plan, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step 7: sequence 5 has no token ids to embed");
    }

    @Test
    void refusesHiddenStatesOfAnotherSize() {
        StepPlan plan = plan(7, List.of(rows(5, 0, 2)), List.of(append(5, 0)), List.of());
        MemorySegment tooShort = MemorySegment.ofArray(new byte[HIDDEN_BYTES]);

        assertThatThrownBy(() -> last.execute(plan, tooShort))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step 7: 2 rows of hidden states take 512 bytes, 256 were given");
    }

    @Test
    void refusesAnotherThread() throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        Thread other = Thread.ofPlatform().name("intruder").unstarted(() -> {
            try {
                first.prepare(List.of(1));
            } catch (IllegalStateException e) {
                failures.add(e);
            }
        });

        other.start();
        other.join();

        assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessageContaining("intruder"));
    }

    private static List<Integer> planRows(StageOutput output) {
        StageOutput.Logits logits = (StageOutput.Logits) output;
        return IntStream.range(0, logits.rows()).map(logits::planRow).boxed().toList();
    }

    protected static BlockAppend append(long sequenceId, int blockId) {
        return new BlockAppend(sequenceId, 0, List.of(blockId));
    }

    protected static SequenceRows rows(long sequenceId, int firstPosition, int tokens) {
        return SequenceRows.fresh(
                sequenceId,
                firstPosition,
                tokens,
                true,
                IntStream.range(0, tokens).boxed().toList());
    }

    protected static StepPlan plan(
            long stepId, List<SequenceRows> rows, List<BlockAppend> appends, List<SequenceEnd> ended) {
        return new StepPlan(
                1, stepId, StepKind.PREFILL, rows, List.of(), BlockChanges.appending(appends), List.of(), ended);
    }
}
