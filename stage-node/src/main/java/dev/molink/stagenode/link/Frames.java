package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.LinkClosed;
import dev.molink.proto.stage.v1.LinkHeartbeat;
import dev.molink.proto.stage.v1.LinkOpen;
import dev.molink.proto.stage.v1.LinkOpened;

/** Makes the frames of the contract that carry no message. */
final class Frames {

    private Frames() {}

    static Frame open(LinkSpec spec, LinkClass linkClass) {
        return SealedFrames.seal(of(spec.epoch())
                .setOpen(LinkOpen.newBuilder()
                        .setEpoch(spec.epoch())
                        .setFromNodeId(spec.localNodeId())
                        .setLinkClass(linkClass))
                .build());
    }

    static Frame opened(long epoch) {
        return SealedFrames.seal(
                of(epoch).setOpened(LinkOpened.getDefaultInstance()).build());
    }

    static Frame closed(long epoch, LinkLoss reason) {
        return SealedFrames.seal(of(epoch)
                .setClosed(LinkClosed.newBuilder().setNodeId(reason.nodeId()).setReason(reason.reason()))
                .build());
    }

    static Frame acknowledgement(long epoch, Acknowledgement acknowledgement) {
        return SealedFrames.seal(of(epoch).setAcknowledgement(acknowledgement).build());
    }

    /** A heartbeat that asks for an answer. */
    static Frame heartbeat(FrameHeader.Builder numbered, long sentNanos) {
        return SealedFrames.seal(
                numbered.setHeartbeat(LinkHeartbeat.newBuilder().setSentNanos(sentNanos))
                        .build());
    }

    static FrameHeader.Builder of(long epoch) {
        return FrameHeader.newBuilder().setEpoch(epoch);
    }

    static LinkLoss loss(LinkClosed closed) {
        return new LinkLoss(closed.getNodeId(), closed.getReason());
    }
}
