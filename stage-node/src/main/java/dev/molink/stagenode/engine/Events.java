package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.stagenode.plan.TokenLogprobs;
import dev.molink.stagenode.scheduling.SequenceUpdate.Ending;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events as gateways get them. */
final class Events {

    private Events() {}

    static GenerateEvent generated(String requestId, int choice, int index, Generated update) {
        FinishReason ending = reason(update.ending());
        GenerateEvent.Builder event = GenerateEvent.newBuilder()
                .setRequestId(requestId)
                .setChoice(choice)
                .setIndex(index)
                .addTokenIds(update.tokenId())
                .setFinish(ending);
        if (ending == FinishReason.FINISH_REASON_STOP) {
            event.setStopTokenId(update.tokenId());
        }
        if (update.logprobs() != null) {
            event.addLogprobs(encode(update.logprobs()));
        }
        return event.build();
    }

    static GenerateEvent promptScored(String requestId, List<TokenLogprobs> logprobs) {
        return GenerateEvent.newBuilder()
                .setRequestId(requestId)
                .addAllPromptLogprobs(logprobs.stream().map(Events::encode).toList())
                .build();
    }

    static FinishReason reason(@Nullable Ending ending) {
        return switch (ending) {
            case null -> FinishReason.FINISH_REASON_UNSPECIFIED;
            case STOP -> FinishReason.FINISH_REASON_STOP;
            case LENGTH -> FinishReason.FINISH_REASON_LENGTH;
        };
    }

    private static dev.molink.proto.node.v1.TokenLogprobs encode(TokenLogprobs logprobs) {
        dev.molink.proto.node.v1.TokenLogprobs.Builder encoded = dev.molink.proto.node.v1.TokenLogprobs.newBuilder()
                .setLogprob(logprobs.logprob())
                .setRank(logprobs.rank());
        logprobs.top().forEach(each -> encoded.addTopTokenIds(each.tokenId()).addTopLogprobs(each.logprob()));
        return encoded.build();
    }
}
