package dev.molink.stagenode.link;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.molink.proto.stage.v1.CheckedBytes;
import dev.molink.proto.stage.v1.Plan;
import dev.molink.proto.stage.v1.Rows;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.SequenceStart.SamplingParameters;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.List;

/** {@link StepPlan}s as they travel: without the token ids, which only the first stage embeds. */
final class PlanCodec {

    private PlanCodec() {}

    static CheckedBytes encode(StepPlan plan) {
        Plan.Builder encoded = Plan.newBuilder()
                .setEpoch(plan.epoch())
                .setStepId(plan.stepId())
                .setKind(encode(plan.kind()))
                .addAllEnded(plan.ended());
        plan.rows().forEach(rows -> encoded.addRows(encode(rows)));
        plan.starts().forEach(start -> encoded.addStarts(encode(start)));
        plan.blockAppends().forEach(append -> encoded.addBlockAppends(encode(append)));
        return Checksums.seal(encoded.build().toByteString());
    }

    static StepPlan decode(CheckedBytes sealed) throws CorruptFrameException {
        try {
            return decode(Plan.parseFrom(Checksums.open(sealed, "plan")));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new CorruptFrameException("plan cannot be read: " + e.getMessage(), e);
        }
    }

    private static StepPlan decode(Plan plan) {
        return new StepPlan(
                plan.getEpoch(),
                plan.getStepId(),
                decode(plan.getKind()),
                plan.getRowsList().stream().map(PlanCodec::decode).toList(),
                plan.getStartsList().stream().map(PlanCodec::decode).toList(),
                plan.getBlockAppendsList().stream().map(PlanCodec::decode).toList(),
                plan.getEndedList());
    }

    private static Rows encode(SequenceRows rows) {
        return Rows.newBuilder()
                .setSequenceId(rows.sequenceId())
                .setFirstPosition(rows.firstPosition())
                .setTokenCount(rows.tokenCount())
                .setSample(rows.sample())
                .build();
    }

    private static SequenceRows decode(Rows rows) {
        return new SequenceRows(
                rows.getSequenceId(), rows.getFirstPosition(), rows.getTokenCount(), rows.getSample(), List.of());
    }

    private static dev.molink.proto.stage.v1.SequenceStart encode(SequenceStart start) {
        SamplingParameters sampling = start.sampling();
        return dev.molink.proto.stage.v1.SequenceStart.newBuilder()
                .setSequenceId(start.sequenceId())
                .setRequestId(start.requestId())
                .setChoice(start.choice())
                .setTemperature(sampling.temperature())
                .setTopK(sampling.topK())
                .setTopP(sampling.topP())
                .setMinP(sampling.minP())
                .setSeed(sampling.seed())
                .addAllStopTokenIds(sampling.stopTokenIds())
                .build();
    }

    private static SequenceStart decode(dev.molink.proto.stage.v1.SequenceStart start) {
        SamplingParameters sampling = new SamplingParameters(
                start.getTemperature(),
                start.getTopK(),
                start.getTopP(),
                start.getMinP(),
                start.getSeed(),
                start.getStopTokenIdsList());
        return new SequenceStart(start.getSequenceId(), start.getRequestId(), start.getChoice(), sampling);
    }

    private static dev.molink.proto.stage.v1.BlockAppend encode(BlockAppend append) {
        return dev.molink.proto.stage.v1.BlockAppend.newBuilder()
                .setSequenceId(append.sequenceId())
                .setKvGroup(append.kvGroup())
                .addAllBlockIds(append.blockIds())
                .build();
    }

    private static BlockAppend decode(dev.molink.proto.stage.v1.BlockAppend append) {
        return new BlockAppend(append.getSequenceId(), append.getKvGroup(), append.getBlockIdsList());
    }

    private static dev.molink.proto.stage.v1.StepKind encode(StepKind kind) {
        return switch (kind) {
            case PREFILL -> dev.molink.proto.stage.v1.StepKind.STEP_KIND_PREFILL;
            case DECODE -> dev.molink.proto.stage.v1.StepKind.STEP_KIND_DECODE;
            case VERIFY -> dev.molink.proto.stage.v1.StepKind.STEP_KIND_VERIFY;
        };
    }

    private static StepKind decode(dev.molink.proto.stage.v1.StepKind kind) {
        return switch (kind) {
            case STEP_KIND_PREFILL -> StepKind.PREFILL;
            case STEP_KIND_DECODE -> StepKind.DECODE;
            case STEP_KIND_VERIFY -> StepKind.VERIFY;
            case STEP_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("step kind %s is none of this protocol version".formatted(kind));
        };
    }
}
