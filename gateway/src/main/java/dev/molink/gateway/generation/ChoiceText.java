package dev.molink.gateway.generation;

import dev.molink.gateway.tokenizer.IncrementalDetokenizer;
import dev.molink.gateway.tokenizer.StopStrings;
import dev.molink.proto.node.v1.FinishReason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One choice on its way from ids to text. Belongs to the thread that answers the client. */
final class ChoiceText {

    private final IncrementalDetokenizer detokenizer;
    private final StopStrings stops;
    private int tokens;
    private @Nullable String finishReason;

    ChoiceText(IncrementalDetokenizer detokenizer, StopStrings stops) {
        this.detokenizer = detokenizer;
        this.stops = stops;
    }

    /**
     * The text that {@code ids} add. An id that ended the choice is not part of its text, as neither is a stop string; after
     * the end nothing is added any more.
     */
    String accept(int[] ids, FinishReason finish) {
        if (finishReason != null) {
            return "";
        }
        tokens += ids.length;
        boolean ended = finish != FinishReason.FINISH_REASON_UNSPECIFIED;
        int[] spoken =
                finish == FinishReason.FINISH_REASON_STOP && ids.length > 0 ? Arrays.copyOf(ids, ids.length - 1) : ids;
        String text = stops.accept(detokenizer.accept(spoken));
        if (ended) {
            text += stops.accept(detokenizer.flush()) + stops.flush();
        }
        if (stops.matched().isPresent()) {
            finishReason = "stop";
        } else if (ended) {
            finishReason = finish == FinishReason.FINISH_REASON_LENGTH ? "length" : "stop";
        }
        return text;
    }

    /** OpenAI's word for how the choice ended; null while it goes on. */
    @Nullable
    String finishReason() {
        return finishReason;
    }

    boolean stoppedByString() {
        return stops.matched().isPresent();
    }

    /** Ids that arrived before the end, the end id included. */
    int tokens() {
        return tokens;
    }
}
