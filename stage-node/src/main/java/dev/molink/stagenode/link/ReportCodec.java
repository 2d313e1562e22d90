package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.DecodeCost;
import dev.molink.stagenode.plan.StageReport.LinkRate;

/** {@link StageReport}s as they travel back to the head. */
final class ReportCodec {

    private ReportCodec() {}

    static dev.molink.proto.stage.v1.StageReport encode(StageReport report) {
        return dev.molink.proto.stage.v1.StageReport.newBuilder()
                .setEpoch(report.epoch())
                .setStage(report.stage())
                .setDecodeStepNanos(report.decodeStepNanos())
                .setDecodeFixedNanos(report.decodeCost().fixedNanos())
                .setDecodeRowNanos(report.decodeCost().rowNanos())
                .setPrefillTokenNanos(report.prefillTokenNanos())
                .setBusyNanos(report.busyNanos())
                .setWallNanos(report.wallNanos())
                .setLinkBytesPerSecond(report.link().bytesPerSecond())
                .setLinkOneWayNanos(report.link().oneWayNanos())
                .setLinkTraffic(TrafficCodec.encode(report.traffic()))
                .build();
    }

    static StageReport decode(ByteString bytes) throws CorruptFrameException {
        try {
            return decode(dev.molink.proto.stage.v1.StageReport.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptFrameException("report cannot be read: " + e.getMessage(), e);
        }
    }

    private static StageReport decode(dev.molink.proto.stage.v1.StageReport report) {
        return new StageReport(
                report.getEpoch(),
                report.getStage(),
                report.getDecodeStepNanos(),
                new DecodeCost(report.getDecodeFixedNanos(), report.getDecodeRowNanos()),
                report.getPrefillTokenNanos(),
                report.getBusyNanos(),
                report.getWallNanos(),
                new LinkRate(report.getLinkBytesPerSecond(), report.getLinkOneWayNanos()),
                TrafficCodec.decode(report.getLinkTraffic()));
    }
}
