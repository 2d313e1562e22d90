package dev.molink.stagenode.link;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.Frame;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads frames without a heap copy of what they carry: the data of a frame stays in a buffer of the reading thread, which
 * the next frame overwrites. The transport reads a frame and hands it to its stream in one go, and both
 * ends of a link are through with it when they return. A thread that reads frames of several links does so one by one.
 */
final class FrameMarshaller implements Marshaller<Frame> {

    /** Of a frame with the largest chunk; a larger plan is read into memory of its own. */
    private static final int BUFFER_BYTES = SealedFrames.MAX_DATA_BYTES + (4 << 10);

    private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

    private final Marshaller<Frame> writing;

    /** @param writing makes streams of frames */
    FrameMarshaller(Marshaller<Frame> writing) {
        this.writing = writing;
    }

    @Override
    public InputStream stream(Frame frame) {
        return writing.stream(frame);
    }

    @Override
    public Frame parse(InputStream stream) {
        try {
            byte[] buffer = BUFFER.get();
            int length = stream.readNBytes(buffer, 0, buffer.length);
            if (length < buffer.length) {
                return parse(buffer, length);
            }
            byte[] rest = stream.readAllBytes();
            byte[] whole = new byte[length + rest.length];
            System.arraycopy(buffer, 0, whole, 0, length);
            System.arraycopy(rest, 0, whole, length, rest.length);
            return parse(whole, whole.length);
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("a frame cannot be read: " + e.getMessage())
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** What cannot be read is a frame without a header, which its reader takes for a corrupt one. */
    private static Frame parse(byte[] buffer, int length) throws IOException {
        CodedInputStream input =
                UnsafeByteOperations.unsafeWrap(buffer, 0, length).newCodedInput();
        input.enableAliasing(true);
        try {
            Frame frame = Frame.parser().parseFrom(input);
            return input.isAtEnd() ? frame : Frame.getDefaultInstance();
        } catch (InvalidProtocolBufferException e) {
            return Frame.getDefaultInstance();
        }
    }
}
