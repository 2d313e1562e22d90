package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;

/** Events as gateways get them. */
final class Events {

    private Events() {}

    static GenerateEvent generated(String requestId, int choice, int index, int tokenId, FinishReason ending) {
        GenerateEvent.Builder event = GenerateEvent.newBuilder()
                .setRequestId(requestId)
                .setChoice(choice)
                .setIndex(index)
                .addTokenIds(tokenId)
                .setFinish(ending);
        if (ending == FinishReason.FINISH_REASON_STOP) {
            event.setStopTokenId(tokenId);
        }
        return event.build();
    }
}
