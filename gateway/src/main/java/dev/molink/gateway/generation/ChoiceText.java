package dev.molink.gateway.generation;

import dev.molink.gateway.tokenizer.IncrementalDetokenizer;
import dev.molink.gateway.tokenizer.StopStrings;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.TokenLogprobs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One choice on its way from ids to text. Belongs to the thread that answers the client. */
final class ChoiceText {

    private final IncrementalDetokenizer detokenizer;
    private final StopStrings stops;
    private final @Nullable ScoreQueue scores;
    private int releasedChars;
    private @Nullable String finishReason;

    /** @param scores null where the request wants no log-probabilities */
    ChoiceText(IncrementalDetokenizer detokenizer, StopStrings stops, @Nullable ScoreQueue scores) {
        this.detokenizer = detokenizer;
        this.stops = stops;
        this.scores = scores;
    }

    /** Text that a choice gained, and the tokens that it is made of where they are wanted. */
    record Gain(String text, List<ScoredToken> tokens) {

        private static final Gain NOTHING = new Gain("", List.of());
    }

    /**
     * What {@code ids} add. An id that ended the choice is not part of its text, as neither is a stop string; after the end
     * nothing is added any more.
     *
     * @param logprobs one per id where the request wants them
     */
    Gain accept(int[] ids, List<TokenLogprobs> logprobs, FinishReason finish) {
        if (finishReason != null) {
            return Gain.NOTHING;
        }
        boolean ended = finish != FinishReason.FINISH_REASON_UNSPECIFIED;
        int spoken = finish == FinishReason.FINISH_REASON_STOP && ids.length > 0 ? ids.length - 1 : ids.length;
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < spoken && stops.matched().isEmpty(); at++) {
            String added = detokenizer.accept(ids[at]);
            if (scores != null) {
                scores.add(ids[at], logprobs.get(at), added);
            }
            text.append(stops.accept(added));
        }
        if (ended) {
            text.append(tail());
        }
        if (stops.matched().isPresent()) {
            finishReason = "stop";
        } else if (ended) {
            finishReason = finish == FinishReason.FINISH_REASON_LENGTH ? "length" : "stop";
        }
        releasedChars += text.length();
        return new Gain(text.toString(), released());
    }

    private String tail() {
        String held = detokenizer.flush();
        if (scores != null) {
            scores.produced(held);
        }
        return stops.accept(held) + stops.flush();
    }

    private List<ScoredToken> released() {
        if (scores == null) {
            return List.of();
        }
        if (stoppedByString()) {
            return scores.releaseBefore(releasedChars);
        }
        return finishReason != null ? scores.releaseAll() : scores.release(releasedChars);
    }

    /** OpenAI's word for how the choice ended; null while it goes on. */
    @Nullable
    String finishReason() {
        return finishReason;
    }

    boolean stoppedByString() {
        return stops.matched().isPresent();
    }
}
