package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.MessagePiece;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.transmit.TransmitClass;

/**
 * A plan, an outcome or a report on its way.
 *
 * @param bytes the serialised message, never empty
 * @param number among the messages of its connection and direction, from 0
 */
record OutgoingControl(ControlKind what, String name, ByteString bytes, long number) implements OutgoingMessage {

    static OutgoingControl of(StepPlan plan, long number) {
        return new OutgoingControl(ControlKind.PLAN, "plan of step " + plan.stepId(), PlanCodec.encode(plan), number);
    }

    static OutgoingControl of(StepOutcome outcome, long number) {
        return new OutgoingControl(
                ControlKind.OUTCOME, "outcome of step " + outcome.stepId(), OutcomeCodec.encode(outcome), number);
    }

    static OutgoingControl of(StageReport report, long number) {
        return new OutgoingControl(
                ControlKind.REPORT,
                "report of stage " + report.stage(),
                ReportCodec.encode(report).toByteString(),
                number);
    }

    @Override
    public TransmitClass kind() {
        return TransmitClass.CONTROL;
    }

    @Override
    public long byteCount() {
        return bytes.size();
    }

    @Override
    public void describe(FrameHeader.Builder header, long offset) {
        MessagePiece.Builder piece =
                MessagePiece.newBuilder().setNumber(number).setOffset(offset).setTotalBytes(bytes.size());
        switch (what) {
            case PLAN -> header.setPlan(piece);
            case OUTCOME -> header.setOutcome(piece);
            case REPORT -> header.setReport(piece);
        }
    }

    @Override
    public ByteString data(long offset, int length) {
        return bytes.substring((int) offset, (int) offset + length);
    }

    @Override
    public String toString() {
        return name;
    }
}
