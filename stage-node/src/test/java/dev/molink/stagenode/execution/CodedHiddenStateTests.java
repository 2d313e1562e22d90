package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.execution.StageChain.Piece;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.sampling.GrammarSource;
import dev.molink.stagenode.sampling.SamplingDesk;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a token when a stage before its sampler computed something that is no number. */
class CodedHiddenStateTests {

    private static final int HIDDEN = 64;

    @ParameterizedTest
    @EnumSource
    void theSamplerRefusesARowThatWasNoNumberAndNoOther(ActivationCodec codec) {
        for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Sampled outcome = sampled(codec, broken);

            assertThat(outcome.badLogits())
                    .as("%s over %s", broken, codec)
                    .singleElement()
                    .satisfies(bad -> assertThat(bad.sequenceId()).isEqualTo(1));
            assertThat(outcome.tokens())
                    .singleElement()
                    .satisfies(token -> assertThat(token.sequenceId()).isEqualTo(2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void numbersAreSampledFrom(ActivationCodec codec) {
        Sampled outcome = sampled(codec, 0.25f);

        assertThat(outcome.badLogits()).isEmpty();
        assertThat(outcome.tokens()).hasSize(2);
    }

    /** Two sequences of one token each; {@code value} is put into the first one's hidden state at the cut. */
    private static Sampled sampled(ActivationCodec codec, float value) {
        try (StageChain chain = StageChain.open(GoldenModel.bundledFixtures().resolve("models/llama"), 2)) {
            StepPlan plan = chain.plan(List.of(new Piece(1, 0, List.of(5)), new Piece(2, 0, List.of(6))));
            MemorySegment hidden = chain.stages().getFirst().execute(plan, null).values();
            hidden.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 17L * Float.BYTES, value);
            MemorySegment encoded = MemorySegment.ofArray(new byte[Math.toIntExact(2 * codec.rowBytes(HIDDEN))]);
            MemorySegment decoded = MemorySegment.ofArray(new byte[2 * HIDDEN * Float.BYTES]);
            codec.encode(hidden, 2, HIDDEN, encoded);
            codec.decode(encoded, 2, HIDDEN, decoded);

            StageOutput logits = chain.stages().getLast().execute(plan, decoded);

            SamplingDesk desk = new SamplingDesk("stage 2", GrammarSource.NONE);
            SamplingParameters greedy = SamplingParameters.plain(0, 0, List.of());
            desk.start(SequenceStart.plain(1, "a", 0, 1, greedy));
            desk.start(SequenceStart.plain(2, "b", 0, 1, greedy));
            return desk.sample(plan, (StageOutput.Logits) logits);
        }
    }
}
