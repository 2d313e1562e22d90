package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.Padding;
import dev.molink.stagenode.transmit.TransmitClass;

/** Bytes without meaning, which show what the link carries. They go last, as those of prefill do. */
record OutgoingPadding(long byteCount) implements OutgoingMessage {

    private static final ByteString ZEROS = UnsafeByteOperations.unsafeWrap(new byte[SealedFrames.MAX_DATA_BYTES]);

    @Override
    public TransmitClass kind() {
        return TransmitClass.PREFILL;
    }

    @Override
    public void describe(FrameHeader.Builder header, long offset) {
        header.setPadding(Padding.getDefaultInstance());
    }

    @Override
    public ByteString data(long offset, int length) {
        return ZEROS.substring(0, length);
    }

    @Override
    public String toString() {
        return "padding";
    }
}
