package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.molink.proto.stage.v1.Outcome;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepOutcome.BadLogits;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepOutcome.PromptLogprobs;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.TokenLogprobs;
import dev.molink.stagenode.plan.TokenLogprobs.Alternative;
import java.util.ArrayList;
import java.util.List;

/** {@link StepOutcome}s as they travel from the last stage to the head. */
final class OutcomeCodec {

    private OutcomeCodec() {}

    static ByteString encode(StepOutcome outcome) {
        Outcome.Builder encoded = Outcome.newBuilder().setEpoch(outcome.epoch()).setStepId(outcome.stepId());
        switch (outcome) {
            case Sampled sampled -> {
                sampled.tokens().forEach(token -> encoded.addTokens(encode(token)));
                sampled.promptLogprobs().forEach(prompt -> encoded.addPromptLogprobs(encode(prompt)));
                sampled.badLogits().forEach(bad -> encoded.addBadLogits(encode(bad)));
            }
            case Failed failed -> encoded.setFailure(failed.reason());
        }
        return encoded.build().toByteString();
    }

    static StepOutcome decode(ByteString bytes) throws CorruptFrameException {
        try {
            Outcome outcome = Outcome.parseFrom(bytes);
            return outcome.getFailure().isEmpty()
                    ? new Sampled(
                            outcome.getEpoch(),
                            outcome.getStepId(),
                            outcome.getTokensList().stream()
                                    .map(OutcomeCodec::decode)
                                    .toList(),
                            outcome.getPromptLogprobsList().stream()
                                    .map(OutcomeCodec::decode)
                                    .toList(),
                            outcome.getBadLogitsList().stream()
                                    .map(OutcomeCodec::decode)
                                    .toList())
                    : new Failed(outcome.getEpoch(), outcome.getStepId(), outcome.getFailure());
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptFrameException("outcome cannot be read: " + e.getMessage(), e);
        }
    }

    private static dev.molink.proto.stage.v1.SampledToken encode(SampledToken token) {
        dev.molink.proto.stage.v1.SampledToken.Builder encoded = dev.molink.proto.stage.v1.SampledToken.newBuilder()
                .setSequenceId(token.sequenceId())
                .setPosition(token.position())
                .setTokenId(token.tokenId());
        if (token.logprobs() != null) {
            encoded.setLogprobs(encode(token.logprobs()));
        }
        return encoded.build();
    }

    private static dev.molink.proto.stage.v1.PromptLogprobs encode(PromptLogprobs prompt) {
        return dev.molink.proto.stage.v1.PromptLogprobs.newBuilder()
                .setSequenceId(prompt.sequenceId())
                .setFirstPosition(prompt.firstPosition())
                .addAllLogprobs(
                        prompt.logprobs().stream().map(OutcomeCodec::encode).toList())
                .build();
    }

    private static PromptLogprobs decode(dev.molink.proto.stage.v1.PromptLogprobs prompt) {
        return new PromptLogprobs(
                prompt.getSequenceId(),
                prompt.getFirstPosition(),
                prompt.getLogprobsList().stream().map(OutcomeCodec::decode).toList());
    }

    private static dev.molink.proto.node.v1.TokenLogprobs encode(TokenLogprobs logprobs) {
        dev.molink.proto.node.v1.TokenLogprobs.Builder encoded = dev.molink.proto.node.v1.TokenLogprobs.newBuilder()
                .setLogprob(logprobs.logprob())
                .setRank(logprobs.rank());
        logprobs.top().forEach(each -> encoded.addTopTokenIds(each.tokenId()).addTopLogprobs(each.logprob()));
        return encoded.build();
    }

    private static TokenLogprobs decode(dev.molink.proto.node.v1.TokenLogprobs logprobs) {
        List<Alternative> top = new ArrayList<>();
        for (int i = 0; i < Math.min(logprobs.getTopTokenIdsCount(), logprobs.getTopLogprobsCount()); i++) {
            top.add(new Alternative(logprobs.getTopTokenIds(i), logprobs.getTopLogprobs(i)));
        }
        return new TokenLogprobs(logprobs.getLogprob(), logprobs.getRank(), top);
    }

    private static dev.molink.proto.stage.v1.BadLogits encode(BadLogits bad) {
        return dev.molink.proto.stage.v1.BadLogits.newBuilder()
                .setSequenceId(bad.sequenceId())
                .setReason(bad.reason())
                .build();
    }

    private static BadLogits decode(dev.molink.proto.stage.v1.BadLogits bad) {
        return new BadLogits(bad.getSequenceId(), bad.getReason());
    }

    private static SampledToken decode(dev.molink.proto.stage.v1.SampledToken token) {
        return new SampledToken(
                token.getSequenceId(),
                token.getPosition(),
                token.getTokenId(),
                token.hasLogprobs() ? decode(token.getLogprobs()) : null);
    }
}
