package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkClosed;
import dev.molink.proto.stage.v1.LinkHeartbeat;
import dev.molink.proto.stage.v1.LinkOpen;
import dev.molink.proto.stage.v1.LinkOpened;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;

/** Makes the frames of the contract. */
final class Frames {

    private Frames() {}

    static Frame open(LinkSpec spec) {
        return Frame.newBuilder()
                .setOpen(LinkOpen.newBuilder()
                        .setEpoch(spec.epoch())
                        .setFromNodeId(spec.localNodeId())
                        .setLinkClass(spec.linkClass()))
                .build();
    }

    static Frame opened() {
        return Frame.newBuilder().setOpened(LinkOpened.getDefaultInstance()).build();
    }

    static Frame plan(StepPlan plan) {
        return Frame.newBuilder().setPlan(PlanCodec.encode(plan)).build();
    }

    static Frame outcome(StepOutcome outcome) {
        return Frame.newBuilder().setOutcome(OutcomeCodec.encode(outcome)).build();
    }

    static Frame acknowledgement(HiddenState hidden) {
        return Frame.newBuilder()
                .setAcknowledgement(Acknowledgement.newBuilder()
                        .setStepId(hidden.stepId())
                        .setBytes(hidden.values().byteSize()))
                .build();
    }

    static Frame report(StageReport report) {
        return Frame.newBuilder().setReport(ReportCodec.encode(report)).build();
    }

    static Frame heartbeat(long number) {
        return Frame.newBuilder()
                .setHeartbeat(LinkHeartbeat.newBuilder().setNumber(number))
                .build();
    }

    /** A heartbeat that asks for an echo. */
    static Frame heartbeat(long number, long sentNanos) {
        return Frame.newBuilder()
                .setHeartbeat(LinkHeartbeat.newBuilder().setNumber(number).setSentNanos(sentNanos))
                .build();
    }

    static Frame echo(LinkHeartbeat asked) {
        return Frame.newBuilder()
                .setHeartbeat(
                        LinkHeartbeat.newBuilder().setNumber(asked.getNumber()).setEchoNanos(asked.getSentNanos()))
                .build();
    }

    static Frame closed(LinkLoss reason) {
        return Frame.newBuilder()
                .setClosed(LinkClosed.newBuilder().setNodeId(reason.nodeId()).setReason(reason.reason()))
                .build();
    }

    static LinkLoss loss(LinkClosed closed) {
        return new LinkLoss(closed.getNodeId(), closed.getReason());
    }
}
