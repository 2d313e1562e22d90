package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Trims and copies of blocks, on {@code mistral} with its window of 24 tokens: one layer on each of three stages. The
 * blocks that a sequence drops are overwritten by another whose hidden states are not a number.
 */
class KvGroupTests {

    private static final int BLOCK_TOKENS = 16;
    private static final int WINDOW = 24;
    private static final int HIDDEN_SIZE = 64;
    private static final int BLOCKS = 6;
    private static final long SEQUENCE = 5;
    private static final long INTRUDER = 6;

    private final Path model = GoldenModel.bundledFixtures().resolve("models/mistral");
    private final List<Integer> tokens =
            IntStream.range(0, 77).map(i -> (i * 37 + 11) % 256).boxed().toList();
    private StageChain chain;
    private long nextStep;

    @BeforeEach
    void openThreeStages() {
        chain = StageChain.open(model, 3);
        chain.stages().forEach(stage -> stage.prepare(List.of(BLOCKS)));
    }

    @AfterEach
    void closeStages() {
        chain.close();
    }

    @Test
    void oneGroupHasTheWindow() {
        assertThat(chain.stages().get(1).kvGroups())
                .containsExactly(new KvGroupSize(WINDOW, 2 * BLOCK_TOKENS * 2 * 16 * Float.BYTES));
    }

    @Test
    void blocksThatFellOutOfTheWindowMayBelongToOthers() {
        List<float[]> kept = oneByOne(false);
        openAgain();

        List<float[]> trimmed = oneByOne(true);

        assertThat(GoldenModel.bits(trimmed)).isDeepEqualTo(GoldenModel.bits(kept));
    }

    /** Logits of every position; with {@code trimming} the sequence makes do with three blocks. */
    private List<float[]> oneByOne(boolean trimming) {
        List<float[]> logits = new ArrayList<>();
        List<Integer> free = new ArrayList<>(List.of(4, 1, 3, 0, 5, 2));
        List<Integer> held = new ArrayList<>();
        int dropped = 0;
        int most = 0;
        for (int position = 0; position < tokens.size(); position++) {
            List<BlockTrim> trims = new ArrayList<>();
            List<BlockAppend> appends = new ArrayList<>();
            int firstSeen = Math.max(0, position - WINDOW + 1);
            if (trimming && firstSeen / BLOCK_TOKENS > dropped) {
                dropped = firstSeen / BLOCK_TOKENS;
                trims.add(new BlockTrim(SEQUENCE, 0, dropped));
                int freed = held.removeFirst();
                free.addLast(freed);
                spoil(freed, trims);
                trims.clear();
            }
            if (position % BLOCK_TOKENS == 0) {
                held.add(free.removeFirst());
                appends.add(new BlockAppend(SEQUENCE, 0, List.of(held.getLast())));
            }
            most = Math.max(most, held.size());
            SequenceRows row = SequenceRows.fresh(SEQUENCE, position, 1, true, tokens.subList(position, position + 1));
            logits.addAll(run(plan(List.of(row), trims, appends, List.of(), List.of())));
        }
        assertThat(most).isEqualTo(trimming ? 3 : 5);
        return logits;
    }

    /** Trims as asked, fills the block with keys and values that are not a number, and ends the sequence that did so. */
    private void spoil(int block, List<BlockTrim> trims) {
        SequenceRows rows = SequenceRows.fresh(INTRUDER, 0, BLOCK_TOKENS, false, tokens.subList(0, BLOCK_TOKENS));
        StepPlan plan =
                plan(List.of(rows), trims, List.of(new BlockAppend(INTRUDER, 0, List.of(block))), List.of(), List.of());
        MemorySegment notANumber = Arena.ofAuto().allocate((long) BLOCK_TOKENS * HIDDEN_SIZE * Float.BYTES);
        for (int i = 0; i < BLOCK_TOKENS * HIDDEN_SIZE; i++) {
            notANumber.set(HostBuffer.FLOAT, (long) i * Float.BYTES, Float.NaN);
        }
        StepPlan ending = plan(List.of(), List.of(), List.of(), List.of(), List.of(SequenceEnd.over(INTRUDER)));
        for (StageExecutor stage : chain.stages()) {
            stage.execute(plan, notANumber);
            stage.execute(ending, null);
        }
    }

    @Test
    void aCopiedBlockLetsASequenceForkInItsMiddle() {
        List<Integer> branch = List.of(9, 8, 7);
        List<float[]> alone = whole(concatenated(tokens.subList(0, 20), branch)).subList(20, 23);
        openAgain();
        whole(tokens.subList(0, 22));

        SequenceRows forked = SequenceRows.fresh(7, 20, 3, true, branch);
        List<float[]> logits = run(plan(
                List.of(forked),
                List.of(),
                List.of(new BlockAppend(7, 0, List.of(0, 3))),
                List.of(new BlockCopy(0, 1, 3)),
                List.of()));

        assertThat(GoldenModel.bits(logits)).isDeepEqualTo(GoldenModel.bits(alone));
    }

    @Test
    void preparingAnewForTheSameBlocksKeepsNoSequence() {
        whole(tokens.subList(0, 20));

        chain.stages().forEach(stage -> stage.prepare(List.of(BLOCKS)));

        assertThat(chain.stages().getFirst().sequences()).isZero();
    }

    /** Refused plans leave what is there as it was: the plan after them computes the same as without them. */
    @Nested
    class Refuses {

        @Test
        void aTrimBeyondTheTable() {
            assertRefused(
                    plan(List.of(), List.of(new BlockTrim(SEQUENCE, 0, 3)), List.of(), List.of(), List.of()),
                    "sequence 5: a trim of KV group 0 to block 3 is outside its blocks 0 … 2");
        }

        @Test
        void aTrimThatGivesBlocksBack() {
            List<BlockTrim> trims = List.of(new BlockTrim(SEQUENCE, 0, 1), new BlockTrim(SEQUENCE, 0, 0));
            assertRefused(
                    plan(List.of(), trims, List.of(), List.of(), List.of()),
                    "sequence 5: a trim of KV group 0 to block 0 is outside its blocks 1 … 2");
        }

        @Test
        void aTrimOfASequenceThatIsNotThere() {
            assertRefused(
                    plan(List.of(), List.of(new BlockTrim(99, 0, 0)), List.of(), List.of(), List.of()),
                    "sequence 99: no block table of KV group 0 to trim");
        }

        @Test
        void aTrimOfASequenceThatThePlanEnds() {
            assertRefused(
                    plan(
                            List.of(),
                            List.of(new BlockTrim(SEQUENCE, 0, 1)),
                            List.of(),
                            List.of(),
                            List.of(SequenceEnd.over(SEQUENCE))),
                    "sequence 5: no block table of KV group 0 to trim");
        }

        @Test
        void rowsWhoseWindowWasTrimmed() {
            SequenceRows row = SequenceRows.fresh(SEQUENCE, 20, 1, true, List.of(1));
            assertRefused(
                    plan(List.of(row), List.of(new BlockTrim(SEQUENCE, 0, 1)), List.of(), List.of(), List.of()),
                    "sequence 5: position 20 sees positions from 0 on, but the first 1 KV blocks were trimmed");
        }

        @Test
        void anAppendToAnUnknownGroup() {
            assertRefused(
                    plan(List.of(), List.of(), List.of(new BlockAppend(SEQUENCE, 1, List.of(3))), List.of(), List.of()),
                    "sequence 5: KV group 1 is unknown; the model has groups 0 … 0");
        }

        @Test
        void anAppendOfAnUnknownBlock() {
            assertRefused(
                    plan(
                            List.of(),
                            List.of(),
                            List.of(new BlockAppend(SEQUENCE, 0, List.of(-1))),
                            List.of(),
                            List.of()),
                    "sequence 5: KV block -1 is outside this stage's 6 blocks");
        }

        @Test
        void aCopyOfAnUnknownBlock() {
            assertRefused(
                    plan(List.of(), List.of(), List.of(), List.of(new BlockCopy(0, 6, 1)), List.of()),
                    "a copy of KV block 6 to 1 in KV group 0 is outside this stage's 6 blocks");
        }

        @Test
        void aCopyInAnUnknownGroup() {
            assertRefused(
                    plan(List.of(), List.of(), List.of(), List.of(new BlockCopy(2, 0, 1)), List.of()),
                    "a copy of KV block 0 to 1 names KV group 2, which is unknown; the model has groups 0 … 0");
        }

        /** Each hostile plan also brings an honest append and copy, which must not happen either. */
        private void assertRefused(StepPlan hostile, String message) {
            List<float[]> expected = continued();
            openAgain();
            whole(tokens.subList(0, 20));
            List<BlockAppend> appends = new ArrayList<>(hostile.blocks().appends());
            appends.add(new BlockAppend(8, 0, List.of(5)));
            List<BlockCopy> copies = new ArrayList<>(List.of(new BlockCopy(0, 5, 0)));
            copies.addAll(hostile.blocks().copies());
            StepPlan plan = plan(hostile.rows(), hostile.blocks().trims(), appends, copies, hostile.ended());

            for (StageExecutor stage : chain.stages()) {
                MemorySegment hidden = Arena.ofAuto().allocate((long) plan.tokens() * HIDDEN_SIZE * Float.BYTES);
                assertThatThrownBy(() -> stage.execute(plan, hidden))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(message);
                assertThat(stage.sequences()).isOne();
            }

            assertThat(GoldenModel.bits(next())).isDeepEqualTo(GoldenModel.bits(expected));
        }

        private List<float[]> continued() {
            whole(tokens.subList(0, 20));
            return next();
        }

        private List<float[]> next() {
            SequenceRows row = SequenceRows.fresh(SEQUENCE, 20, 1, true, List.of(77));
            return run(plan(List.of(row), List.of(), List.of(), List.of(), List.of()));
        }
    }

    private void openAgain() {
        closeStages();
        openThreeStages();
    }

    /** Logits of all of the ids in one step, in blocks 0, 1, … */
    private List<float[]> whole(List<Integer> ids) {
        List<Integer> blocks = IntStream.rangeClosed(0, (ids.size() - 1) / BLOCK_TOKENS)
                .boxed()
                .toList();
        SequenceRows rows = SequenceRows.fresh(SEQUENCE, 0, ids.size(), true, ids);
        return run(plan(List.of(rows), List.of(), List.of(new BlockAppend(SEQUENCE, 0, blocks)), List.of(), List.of()));
    }

    private List<float[]> run(StepPlan plan) {
        StageOutput output = chain.stages().getFirst().execute(plan, null, LogitRows.ALL);
        for (StageExecutor stage : chain.stages().subList(1, 3)) {
            output = stage.execute(plan, output.values(), LogitRows.ALL);
        }
        return StageChain.rows(output);
    }

    private static List<Integer> concatenated(List<Integer> first, List<Integer> second) {
        List<Integer> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private StepPlan plan(
            List<SequenceRows> rows,
            List<BlockTrim> trims,
            List<BlockAppend> appends,
            List<BlockCopy> copies,
            List<SequenceEnd> ended) {
        return new StepPlan(
                1,
                nextStep++,
                StepKind.PREFILL,
                rows,
                List.of(),
                new BlockChanges(trims, appends, copies),
                List.of(),
                ended);
    }
}
