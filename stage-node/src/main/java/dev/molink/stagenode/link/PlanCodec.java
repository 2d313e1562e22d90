package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.molink.proto.stage.v1.Plan;
import dev.molink.proto.stage.v1.Rows;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.plan.VerifiedRows;

/** {@link StepPlan}s as they travel to the stages that do not embed. */
final class PlanCodec {

    private PlanCodec() {}

    /** As {@link StepPlan#forLaterStages} says: token ids go along where they are drafts. */
    static ByteString encode(StepPlan plan) {
        boolean drafts = plan.kind() == StepKind.VERIFY;
        Plan.Builder encoded = Plan.newBuilder()
                .setEpoch(plan.epoch())
                .setStepId(plan.stepId())
                .setKind(encode(plan.kind()));
        plan.rows().forEach(rows -> encoded.addRows(encode(rows, drafts)));
        plan.starts().forEach(start -> encoded.addStarts(StartCodec.encode(start)));
        plan.blocks().trims().forEach(trim -> encoded.addBlockTrims(encode(trim)));
        plan.blocks().appends().forEach(append -> encoded.addBlockAppends(encode(append)));
        plan.blocks().copies().forEach(copy -> encoded.addBlockCopies(encode(copy)));
        plan.verified().forEach(verified -> encoded.addVerified(encode(verified)));
        plan.ended().forEach(end -> encoded.addEnded(encode(end)));
        return encoded.build().toByteString();
    }

    static StepPlan decode(ByteString bytes) throws CorruptFrameException {
        try {
            return decode(Plan.parseFrom(bytes));
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
                plan.getStartsList().stream().map(StartCodec::decode).toList(),
                new BlockChanges(
                        plan.getBlockTrimsList().stream().map(PlanCodec::decode).toList(),
                        plan.getBlockAppendsList().stream()
                                .map(PlanCodec::decode)
                                .toList(),
                        plan.getBlockCopiesList().stream()
                                .map(PlanCodec::decode)
                                .toList()),
                plan.getVerifiedList().stream().map(PlanCodec::decode).toList(),
                plan.getEndedList().stream().map(PlanCodec::decode).toList());
    }

    private static Rows encode(SequenceRows rows, boolean drafts) {
        Rows.Builder encoded = Rows.newBuilder()
                .setSequenceId(rows.sequenceId())
                .setFirstPosition(rows.firstPosition())
                .setTokenCount(rows.tokenCount())
                .setSampledRows(rows.sampledRows())
                .setRecomputedRows(rows.recomputedRows());
        if (drafts) {
            encoded.addAllTokenIds(rows.tokenIds());
        }
        return encoded.build();
    }

    private static SequenceRows decode(Rows rows) {
        return new SequenceRows(
                rows.getSequenceId(),
                rows.getFirstPosition(),
                rows.getTokenCount(),
                rows.getSampledRows(),
                rows.getRecomputedRows(),
                rows.getTokenIdsList());
    }

    private static dev.molink.proto.stage.v1.BlockTrim encode(BlockTrim trim) {
        return dev.molink.proto.stage.v1.BlockTrim.newBuilder()
                .setSequenceId(trim.sequenceId())
                .setKvGroup(trim.kvGroup())
                .setFirstKept(trim.firstKept())
                .build();
    }

    private static BlockTrim decode(dev.molink.proto.stage.v1.BlockTrim trim) {
        return new BlockTrim(trim.getSequenceId(), trim.getKvGroup(), trim.getFirstKept());
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

    private static dev.molink.proto.stage.v1.BlockCopy encode(BlockCopy copy) {
        return dev.molink.proto.stage.v1.BlockCopy.newBuilder()
                .setKvGroup(copy.kvGroup())
                .setSource(copy.source())
                .setTarget(copy.target())
                .build();
    }

    private static BlockCopy decode(dev.molink.proto.stage.v1.BlockCopy copy) {
        return new BlockCopy(copy.getKvGroup(), copy.getSource(), copy.getTarget());
    }

    private static dev.molink.proto.stage.v1.VerifiedRows encode(VerifiedRows verified) {
        return dev.molink.proto.stage.v1.VerifiedRows.newBuilder()
                .setSequenceId(verified.sequenceId())
                .setAccepted(verified.accepted())
                .setRejected(verified.rejected())
                .build();
    }

    private static VerifiedRows decode(dev.molink.proto.stage.v1.VerifiedRows verified) {
        return new VerifiedRows(verified.getSequenceId(), verified.getAccepted(), verified.getRejected());
    }

    private static dev.molink.proto.stage.v1.SequenceEnd encode(SequenceEnd end) {
        return dev.molink.proto.stage.v1.SequenceEnd.newBuilder()
                .setSequenceId(end.sequenceId())
                .setDiscardedRows(end.discardedRows())
                .setOver(end.over())
                .build();
    }

    private static SequenceEnd decode(dev.molink.proto.stage.v1.SequenceEnd end) {
        return new SequenceEnd(end.getSequenceId(), end.getDiscardedRows(), end.getOver());
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
