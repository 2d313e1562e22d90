package dev.molink.stagenode.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.scheduling.SequenceUpdate.Ending;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import dev.molink.stagenode.scheduling.SequenceUpdate.PromptScored;
import dev.molink.stagenode.scheduling.SequenceUpdate.Released;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a request's client sees of it, beside what it would see if the request were alone. */
final class ModelRequest {

    /** One choice: the ids that it must have in the end, and how far it is. */
    static final class Choice {
        final ModelRequest request;
        final long id;
        final List<Integer> trueIds;
        final long[] trueStates;
        int tokens;
        boolean started;
        boolean over;

        @Nullable
        Released released;

        long progressRound;

        Choice(ModelRequest request, int choice) {
            this.request = request;
            RequestSpec spec = request.spec;
            this.id = spec.firstSequenceId() + choice;
            this.trueIds = ModelText.whole(spec.promptTokenIds(), choice, spec.maxTokens());
            this.trueStates = ModelText.states(trueIds);
            this.tokens = spec.tokens();
        }

        Released released() {
            return Objects.requireNonNull(released, "sequence %d was never released".formatted(id));
        }

        boolean hasGenerated() {
            return tokens > request.spec.promptTokenIds().size();
        }

        void generated(Generated token) {
            assertThat(over).as("nothing comes after the end").isFalse();
            assertThat(token.position()).isEqualTo(tokens);
            assertThat(token.tokenId()).as("the token at %d", tokens).isEqualTo(trueIds.get(tokens));
            assertThat(request.scored).as("the prompt's scores come first").isEqualTo(request.wantedScores());
            tokens++;
            assertThat(token.ending()).isEqualTo(ending());
            over = token.ending() != null;
        }

        private @Nullable Ending ending() {
            if (trueIds.get(tokens - 1) == ModelText.STOP_ID) {
                return Ending.STOP;
            }
            return tokens == request.spec.maxTokens() ? Ending.LENGTH : null;
        }

        void broken() {
            assertThat(over).as("a sequence ends once").isFalse();
            over = true;
        }

        void released(Released update) {
            assertThat(over).as("only what is over is released").isTrue();
            assertThat(released).as("released once").isNull();
            released = update;
        }
    }

    final RequestSpec spec;
    final long addedNanos;
    final List<Choice> choices = new ArrayList<>();

    /** Positions of the prompt whose log-probabilities came. */
    private int scored = 1;

    ModelRequest(RequestSpec spec, long nowNanos) {
        this.spec = spec;
        this.addedNanos = nowNanos;
        for (int choice = 0; choice < spec.choices(); choice++) {
            choices.add(new Choice(this, choice));
        }
    }

    private int wantedScores() {
        return spec.sampling().promptLogprobs() == SamplingParameters.NO_LOGPROBS
                ? 1
                : spec.promptTokenIds().size();
    }

    void scored(PromptScored update) {
        assertThat(update.firstPosition()).as("each position once").isEqualTo(scored);
        for (int i = 0; i < update.logprobs().size(); i++) {
            assertThat(update.logprobs().get(i).logprob()).isEqualTo(-(scored + i));
        }
        scored += update.logprobs().size();
    }

    /** Rows that were computed for the first time or drafted right are exactly those that its tokens needed. */
    void checkRows() {
        RowCounts rows = RowCounts.NONE;
        int cached = 0;
        long generated = 0;
        for (Choice choice : choices) {
            Released released = choice.released();
            rows = rows.plus(released.rows());
            cached += released.cachedTokens();
            generated += Math.max(0, choice.tokens - spec.promptTokenIds().size() - 1);
        }
        assertThat(cached).isLessThanOrEqualTo(spec.promptTokenIds().size());
        if (choices.stream().anyMatch(choice -> choice.tokens > spec.tokens())) {
            assertThat(rows.computed() + rows.verifiedAccepted())
                    .as(
                            "%s: prompt %d − cached %d + %d",
                            spec.requestId(), spec.promptTokenIds().size(), cached, generated)
                    .isEqualTo(spec.promptTokenIds().size() - cached + generated);
        }
    }
}
