package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.stagenode.transmit.TransmitClass;

/** What an {@link Outbox} keeps until all of it arrived. */
sealed interface OutgoingMessage permits OutgoingControl, OutgoingTensor, OutgoingPadding {

    TransmitClass kind();

    long byteCount();

    /** Completes the header of the frame that carries the bytes from {@code offset} on. */
    void describe(FrameHeader.Builder header, long offset);

    /** Bytes {@code [offset, offset + length)}; valid until {@link #release}. */
    ByteString data(long offset, int length);

    /** The other end has it, or never will: its memory may be used again. */
    default void release() {}

    /** As errors name it. */
    @Override
    String toString();
}
