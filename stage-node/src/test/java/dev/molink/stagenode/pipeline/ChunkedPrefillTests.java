package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.pipeline.LocalPipeline.Observer;
import dev.molink.stagenode.pipeline.StepTrace.Event;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the pieces of a prompt go down a pipeline, by a trace of what its stages did. */
class ChunkedPrefillTests {

    private static final int PIECE_TOKENS = 8;
    private static final int PIECES = 12;

    private final StepTrace trace = new StepTrace();
    private final List<String> waitedInVain = Collections.synchronizedList(new ArrayList<>());

    /**
     * Stage 0 ends piece k + 1 only when stage 1 has begun piece k, and stage 1 ends piece k only when stage 0 has begun
     * piece k + 1. Stages that work one after the other wait in vain.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void stageZeroComputesTheNextPieceWhileStageOneComputesAPiece(int stages) throws Exception {
        try (LocalPipeline pipeline = start(stages, this::meet)) {
            Generation generation = new Generation();

            pipeline.submit(Generation.request("pieces", prompt(PIECES), 1), generation);

            assertThat(generation.report().getGeneratedTokensList()).containsExactly(1);
        }
        List<Event> events = trace.events();
        assertThat(waitedInVain).isEmpty();
        assertThat(pieces(events, 0)).hasSize(PIECES);
        for (int piece = 0; piece + 1 < PIECES; piece++) {
            int stageOneBegan = indexOf(events, 1, piece, true);
            int stageOneEnded = indexOf(events, 1, piece, false);
            int stageZeroBegan = indexOf(events, 0, piece + 1, true);
            int stageZeroEnded = indexOf(events, 0, piece + 1, false);
            assertThat(stageZeroBegan).as("piece %d + 1 at stage 0", piece).isLessThan(stageOneEnded);
            assertThat(stageOneBegan).as("piece %d at stage 1", piece).isLessThan(stageZeroEnded);
        }
    }

    @Test
    void aDecodeOfAnotherSequenceGoesBetweenTwoPiecesOfAPrompt() throws Exception {
        try (LocalPipeline pipeline = start(2, (stage, plan) -> {})) {
            Generation decoding = new Generation();
            pipeline.submit(Generation.request("decoding", prompt(1), 200), decoding);
            decoding.awaitFirstToken();
            Generation prefilling = new Generation();

            pipeline.submit(Generation.request("prefilling", prompt(28), 1), prefilling);

            prefilling.report();
        }
        List<Event> stageZero = trace.events().stream()
                .filter(event -> event.stage() == 0 && event.began())
                .toList();
        long prompt = stageZero.stream()
                .map(Event::plan)
                .filter(plan -> plan.starts().stream()
                        .anyMatch(start -> start.requestId().equals("prefilling")))
                .findFirst()
                .orElseThrow()
                .rows()
                .getFirst()
                .sequenceId();
        List<Boolean> isPiece = stageZero.stream()
                .filter(event -> event.plan().tokens() > 0)
                .map(event -> event.plan().rows().stream().anyMatch(rows -> rows.sequenceId() == prompt))
                .toList();
        assertThat(isPiece.subList(isPiece.indexOf(true), isPiece.lastIndexOf(true)))
                .as("pieces, and steps between them")
                .contains(false);
    }

    private void meet(int stage, StepPlan plan) {
        if (plan.tokens() == 0) {
            return;
        }
        int piece = piece(plan);
        if (stage == 0 && piece > 0) {
            await(stage, piece, 1, piece - 1);
        }
        if (stage == 1 && piece + 1 < PIECES) {
            await(stage, piece, 0, piece + 1);
        }
    }

    private void await(int stage, int piece, int otherStage, int otherPiece) {
        boolean met = trace.await(event -> event.began() && event.stage() == otherStage && isPiece(event, otherPiece));
        if (!met) {
            waitedInVain.add("stage %d in piece %d for stage %d to begin piece %d"
                    .formatted(stage, piece, otherStage, otherPiece));
        }
    }

    private static int indexOf(List<Event> events, int stage, int piece, boolean began) {
        return IntStream.range(0, events.size())
                .filter(at -> events.get(at).stage() == stage
                        && events.get(at).began() == began
                        && isPiece(events.get(at), piece))
                .findFirst()
                .orElseThrow();
    }

    private static List<Event> pieces(List<Event> events, int stage) {
        return events.stream()
                .filter(event -> event.stage() == stage
                        && event.began()
                        && event.plan().kind() == StepKind.PREFILL
                        && event.plan().tokens() > 0)
                .toList();
    }

    private static boolean isPiece(Event event, int piece) {
        return event.plan().kind() == StepKind.PREFILL && event.plan().tokens() > 0 && piece(event.plan()) == piece;
    }

    private static int piece(StepPlan plan) {
        return plan.rows().getFirst().firstPosition() / PIECE_TOKENS;
    }

    private static List<Integer> prompt(int pieces) throws Exception {
        List<Integer> golden = GoldenTokens.prompt("a");
        return IntStream.range(0, pieces * PIECE_TOKENS)
                .mapToObj(at -> golden.get(at % golden.size()))
                .toList();
    }

    /** What a stage does between the computation of a step and its end. */
    private interface Pause {
        void before(int stage, StepPlan plan);
    }

    private LocalPipeline start(int stages, Pause pause) throws Exception {
        SchedulerSettings scheduler = new SchedulerSettings(
                64,
                64,
                64,
                PIECE_TOKENS,
                128,
                Duration.ofSeconds(30),
                new BatchingOption.Auto(),
                new SpeculationOption.Off());
        HeadSettings settings = new HeadSettings(scheduler, 1024, Duration.ofMinutes(2));
        Observer observer = new Observer() {
            @Override
            public StageExecutor executor(int stage, StageExecutor executor) {
                return new WatchedExecutor(executor, plan -> trace.add(stage, plan, true), plan -> {
                    pause.before(stage, plan);
                    trace.add(stage, plan, false);
                });
            }
        };
        return LocalPipeline.start(
                GoldenTokens.llama().toString(), stages, StageOptions.defaults(1), settings, observer);
    }
}
