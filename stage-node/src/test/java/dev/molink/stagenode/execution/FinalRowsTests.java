package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.execution.StageChain.Piece;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that leave a stage in ranges are the rows that leave it at once, and leave the same keys and values behind. */
class FinalRowsTests {

    /** Collects what a stage hands out. */
    private static final class Collected implements FinalRows {

        private final List<Integer> firstRows = new ArrayList<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void ready(int hiddenSize, int firstRow, MemorySegment values) {
            assertThat(bytes.size()).isEqualTo(firstRow * hiddenSize * Float.BYTES);
            firstRows.add(firstRow);
            bytes.writeBytes(values.toArray(ValueLayout.JAVA_BYTE));
        }

        MemorySegment values() {
            return MemorySegment.ofArray(bytes.toByteArray());
        }
    }

    static Stream<Path> models() {
        Path models = GoldenModel.bundledFixtures().resolve("models");
        return Stream.of("llama", "mistral", "qwen2", "qwen3").map(models::resolve);
    }

    @ParameterizedTest
    @MethodSource("models")
    void rangesAreTheBitsOfTheWhole(Path model) {
        Random random = new Random(17);
        for (int[] pieces : new int[][] {{1}, {63}, {127}, {128}, {129}, {200}, {333}, {50, 1, 130, 90}, {64, 64, 3}}) {
            try (StageChain whole = StageChain.open(model, 2);
                    StageChain ranges = StageChain.open(model, 2)) {
                List<Piece> first = pieces(random, pieces, 0);
                List<Piece> second = pieces(random, pieces, pieces[0]).subList(0, 1);

                for (List<Piece> step : List.of(first, second)) {
                    String what = "%s, pieces %s".formatted(model.getFileName(), List.of(step));
                    sameHiddenStates(whole.plan(step), whole.stages(), ranges.plan(step), ranges.stages(), what);
                }
            }
        }
    }

    private static void sameHiddenStates(
            StepPlan wholePlan,
            List<StageExecutor> whole,
            StepPlan rangesPlan,
            List<StageExecutor> ranges,
            String what) {
        StageOutput expected = whole.getFirst().execute(wholePlan, null);
        Collected collected = new Collected();

        StageOutput output = ranges.getFirst().execute(rangesPlan, null, collected);

        int tokens = rangesPlan.tokens();
        assertThat(collected.firstRows)
                .as(what)
                .hasSize(Math.max(1, Math.ceilDiv(tokens, RowTiles.of(tokens).tileRows())));
        assertThat(collected.values().mismatch(expected.values())).as(what).isEqualTo(-1);
        assertThat(output.values().mismatch(expected.values())).as(what).isEqualTo(-1);
        assertThat(output.rows()).isEqualTo(tokens);
    }

    private static List<Piece> pieces(Random random, int[] tokens, int firstPosition) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++) {
            List<Integer> ids = IntStream.generate(() -> random.nextInt(200))
                    .limit(tokens[i])
                    .boxed()
                    .toList();
            pieces.add(new Piece(i, firstPosition, ids));
        }
        return pieces;
    }

    @Test
    void aStepThatIsNoPrefillLeavesAtOnce() {
        try (StageChain chain = StageChain.open(llama(), 2)) {
            StepPlan prefill = chain.plan(pieces(new Random(1), new int[] {200}, 0));
            StepPlan verify = new StepPlan(
                    1, 1, StepKind.VERIFY, prefill.rows(), List.of(), prefill.blocks(), List.of(), List.of());
            Collected collected = new Collected();

            chain.stages().getFirst().execute(verify, null, collected);

            assertThat(collected.firstRows).containsExactly(0);
        }
    }

    @Test
    void aStepWithoutRowsAndTheLastStageHandOutNothing() {
        try (StageChain chain = StageChain.open(llama(), 2)) {
            StepPlan plan = chain.plan(pieces(new Random(1), new int[] {200}, 0));
            StepPlan empty = chain.plan(List.of());
            Collected collected = new Collected();

            StageOutput hidden = chain.stages().getFirst().execute(plan, null);
            StageOutput logits = chain.stages().getLast().execute(plan, hidden.values(), collected);
            StageOutput nothing = chain.stages().getFirst().execute(empty, null, collected);

            assertThat(logits).isInstanceOf(StageOutput.Logits.class);
            assertThat(nothing.rows()).isZero();
            assertThat(collected.firstRows).isEmpty();
        }
    }

    @Test
    void whatTheReceiverThrowsComesOut() {
        try (StageChain chain = StageChain.open(llama(), 2)) {
            StepPlan plan = chain.plan(pieces(new Random(1), new int[] {200}, 0));

            assertThatThrownBy(() -> chain.stages().getFirst().execute(plan, null, (_, firstRow, _) -> {
                        throw new IllegalStateException("no room from row " + firstRow);
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no room from row 0");
        }
    }

    private static Path llama() {
        return GoldenModel.bundledFixtures().resolve("models/llama");
    }
}
