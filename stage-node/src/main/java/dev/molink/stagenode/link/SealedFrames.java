package dev.molink.stagenode.link;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Frames with their CRC-32C, over exactly the bytes that the contract names. */
final class SealedFrames {

    /** Most bytes of data in one frame. */
    static final int MAX_DATA_BYTES = 256 << 10;

    private SealedFrames() {}

    static Frame seal(FrameHeader header) {
        return seal(header, ByteString.EMPTY);
    }

    static Frame seal(FrameHeader header, ByteString data) {
        ByteString bytes = header.toByteString();
        return Frame.newBuilder()
                .setCrc32C(checksum(bytes, data))
                .setHeader(bytes)
                .setData(data)
                .build();
    }

    /** The header of a frame that is as it was sent; null: nothing of it can be believed. */
    static @Nullable FrameHeader open(Frame frame) {
        if (frame.getHeader().isEmpty() || checksum(frame.getHeader(), frame.getData()) != frame.getCrc32C()) {
            return null;
        }
        try {
            return FrameHeader.parseFrom(frame.getHeader());
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static int checksum(ByteString header, ByteString data) {
        CRC32C crc = new CRC32C();
        update(crc, header);
        update(crc, data);
        return (int) crc.getValue();
    }

    /** Over the bytes where they are: through a read-only buffer the checksum would copy them first. */
    private static void update(CRC32C crc, ByteString data) {
        try {
            UnsafeByteOperations.unsafeWriteTo(data, new Into(crc));
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be read", e);
        }
    }

    private static final class Into extends ByteOutput {

        private final CRC32C crc;

        Into(CRC32C crc) {
            this.crc = crc;
        }

        @Override
        public void write(byte value) {
            crc.update(value);
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            crc.update(value, offset, length);
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            crc.update(value, offset, length);
        }

        @Override
        public void write(ByteBuffer value) {
            crc.update(value);
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            crc.update(value);
        }
    }
}
