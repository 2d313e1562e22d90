package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Makes {@link LinkFaults} in what goes out on one connection. Not thread-safe. */
final class FaultyFrames implements Consumer<Frame> {

    /** Frames that a frame may go behind. */
    private static final int MAX_OVERTAKING = 3;

    private final LinkFaults faults;
    private final Consumer<Frame> wire;
    private final Random random;
    private final List<Delayed> delayed = new ArrayList<>();

    private record Delayed(Frame frame, int behind) {}

    private FaultyFrames(LinkFaults faults, long salt, Consumer<Frame> wire) {
        this.faults = faults;
        this.wire = wire;
        this.random = new Random(faults.seed() * 31 + salt);
    }

    /**
     * Between a connection and what sends on it; {@code wire} itself where there are to be no faults.
     *
     * @param salt tells the connections of a process apart, so that their faults differ
     */
    static Consumer<Frame> between(LinkFaults faults, long salt, Consumer<Frame> wire) {
        return faults.areNone() ? wire : new FaultyFrames(faults, salt, wire);
    }

    @Override
    public void accept(Frame frame) {
        if (isSpared(frame)) {
            wire.accept(frame);
            return;
        }
        boolean late = isDrawn(faults.reorder());
        boolean twice = isDrawn(faults.duplicate());
        boolean gone = isDrawn(faults.drop());
        Frame sent = isDrawn(faults.corrupt()) ? corrupt(frame) : frame;
        if (late) {
            delayed.add(new Delayed(own(sent), 1 + random.nextInt(MAX_OVERTAKING)));
        } else if (!gone) {
            wire.accept(sent);
        }
        if (twice) {
            wire.accept(sent);
        }
        release();
    }

    private boolean isDrawn(double share) {
        return random.nextDouble() < share;
    }

    /** What opens or closes a connection is not repeated by anybody. */
    private static boolean isSpared(Frame frame) {
        FrameHeader header = SealedFrames.open(frame);
        return header == null || header.hasOpen() || header.hasOpened() || header.hasClosed();
    }

    /** A delayed frame outlives the memory that its data may be in. */
    private static Frame own(Frame frame) {
        return frame.toBuilder()
                .setData(ByteString.copyFrom(frame.getData().toByteArray()))
                .build();
    }

    private void release() {
        List<Delayed> waiting = List.copyOf(delayed);
        delayed.clear();
        for (Delayed each : waiting) {
            if (each.behind() == 0) {
                wire.accept(each.frame());
            } else {
                delayed.add(new Delayed(each.frame(), each.behind() - 1));
            }
        }
    }

    /** Turns one bit: of the checksum, the header or the data, by their lengths. */
    private Frame corrupt(Frame frame) {
        int headerBytes = frame.getHeader().size();
        int position =
                random.nextInt(Integer.BYTES + headerBytes + frame.getData().size());
        int bit = random.nextInt(Byte.SIZE);
        if (position < Integer.BYTES) {
            return frame.toBuilder()
                    .setCrc32C(frame.getCrc32C() ^ (1 << (position * Byte.SIZE + bit)))
                    .build();
        }
        if (position < Integer.BYTES + headerBytes) {
            return frame.toBuilder()
                    .setHeader(turned(frame.getHeader(), position - Integer.BYTES, bit))
                    .build();
        }
        return frame.toBuilder()
                .setData(turned(frame.getData(), position - Integer.BYTES - headerBytes, bit))
                .build();
    }

    private static ByteString turned(ByteString bytes, int position, int bit) {
        byte[] copy = bytes.toByteArray();
        copy[position] ^= (byte) (1 << bit);
        return ByteString.copyFrom(copy);
    }
}
