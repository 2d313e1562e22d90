package dev.molink.stagenode.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.Gap;
import dev.molink.proto.stage.v1.LinkHeartbeat;
import dev.molink.proto.stage.v1.MessagePiece;
import dev.molink.proto.stage.v1.Padding;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Mutated frames, from bytes to the tensors that come of them: never a wrong tensor, never more memory than the cap, never
 * another exception than the one that ends a link, never a hang.
 */
class FrameFuzzTests {

    private static final int INPUTS = Boolean.getBoolean("molink.test.full") ? 1_000_000 : 100_000;
    private static final long SEED = Long.getLong("molink.test.seed", 20_261_121L);

    private static final long EPOCH = 9;
    private static final int FRAMES_PER_STEP = 8;
    private static final int HIDDEN = 24;
    private static final int MAX_ROWS = 40;
    private static final long MAX_BYTES = 64 << 10;
    private static final LinkSpec SPEC =
            new LinkSpec(EPOCH, "here", "there", "the other end", HIDDEN, ActivationCodec.F32);

    private final Random random = new Random(SEED);
    private final FrameMarshaller marshaller =
            new FrameMarshaller(StageServiceGrpc.getLinkMethod().getRequestMarshaller());
    private final Receiver receiver = new Receiver();
    private Inbox inbox = new Inbox(SPEC, receiver, MAX_BYTES);
    private long sequence = 1;
    private long number;

    /** Bytes that were damaged on their way: nothing but what was sent comes out, and no link ends. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void damagedFramesChangeNothing() throws Exception {
        System.out.printf("%d damaged frames, seed %d%n", INPUTS, SEED);
        byte[] before = new byte[0];
        for (int input = 0; input < INPUTS; input++) {
            Frame frame = frame();
            byte[] sound = frame.toByteArray();

            accept(damaged(sound, before));
            if (isPlan(frame) || random.nextInt(4) == 0) {
                accept(sound);
            }
            if (sequence % FRAMES_PER_STEP == 0) {
                accept(wholeTensor().toByteArray());
            }

            assertThat(inbox.heldBytes()).as("input %d, seed %d", input, SEED).isLessThanOrEqualTo(held());
            before = sound;
        }
        assertThat(receiver.tensors).as("tensors that arrived").isPositive();
    }

    /** Frames with a right checksum over anything: the link ends in the one way there is, or goes on. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void absurdFramesWithARightChecksumEndTheLinkAtMost() throws Exception {
        System.out.printf("%d absurd frames, seed %d%n", INPUTS, SEED);
        receiver.isJudging = false;
        int ended = 0;
        for (int input = 0; input < INPUTS; input++) {
            Frame sound = frame();
            Frame absurd = SealedFrames.seal(absurd(FrameHeader.parseFrom(sound.getHeader())), sound.getData());

            try {
                accept(absurd.toByteArray());
            } catch (CorruptFrameException e) {
                assertThat(e).as("input %d, seed %d", input, SEED).hasMessageNotContaining("null");
                inbox = new Inbox(SPEC, receiver, MAX_BYTES);
                sequence = 1;
                number = 0;
                ended++;
            }

            assertThat(inbox.heldBytes()).as("input %d, seed %d", input, SEED).isLessThanOrEqualTo(held());
        }
        assertThat(ended).as("links that ended").isPositive().isLessThan(INPUTS);
    }

    private static boolean isPlan(Frame frame) throws IOException {
        return FrameHeader.parseFrom(frame.getHeader()).hasPlan();
    }

    private static long held() {
        return MAX_BYTES + MessageReassembly.MAX_HELD_BYTES;
    }

    private void accept(byte[] bytes) throws CorruptFrameException {
        inbox.accept(marshaller.parse(new ByteArrayInputStream(bytes)), 0);
    }

    /** A sound frame with the next number. */
    private Frame frame() {
        FrameHeader.Builder header = Frames.of(EPOCH).setSequence(sequence++).setOldest(Math.max(1, sequence - 40));
        return switch (random.nextInt(8)) {
            case 0 -> plan(header);
            case 1 ->
                SealedFrames.seal(header.setHeartbeat(LinkHeartbeat.newBuilder().setSentNanos(random.nextLong()))
                        .build());
            case 2 ->
                SealedFrames.seal(
                        header.setPadding(Padding.getDefaultInstance()).build(), ByteString.copyFrom(new byte[64]));
            case 3 ->
                SealedFrames.seal(Frames.of(EPOCH)
                        .setAcknowledgement(Acknowledgement.newBuilder()
                                .setContiguous(random.nextInt(100))
                                .setHighest(random.nextInt(200))
                                .addMissing(Gap.newBuilder().setFirst(3).setLast(5)))
                        .build());
            default -> chunk(header);
        };
    }

    private Frame plan(FrameHeader.Builder header) {
        StepPlan plan = new StepPlan(
                EPOCH, number, StepKind.DECODE, List.of(), List.of(), BlockChanges.NONE, List.of(), List.of());
        ByteString bytes = PlanCodec.encode(plan);
        return SealedFrames.seal(
                header.setPlan(MessagePiece.newBuilder().setNumber(number++).setTotalBytes(bytes.size()))
                        .build(),
                bytes);
    }

    /** A piece of the tensor of a step of late; what its bytes are follows from the step. */
    private Frame chunk(FrameHeader.Builder header) {
        byte[] tensor = tensor(sequence / FRAMES_PER_STEP);
        int offset = random.nextInt(tensor.length);
        int length = random.nextBoolean() ? tensor.length - offset : 1 + random.nextInt(tensor.length - offset);
        if (random.nextBoolean()) {
            length += offset;
            offset = 0;
        }
        return chunk(header, sequence / FRAMES_PER_STEP, offset, length);
    }

    /** The tensor of the step before this one, which is over. */
    private Frame wholeTensor() {
        long step = sequence / FRAMES_PER_STEP - 1;
        FrameHeader.Builder header = Frames.of(EPOCH).setSequence(sequence++).setOldest(Math.max(1, sequence - 40));
        return chunk(header, step, 0, tensor(step).length);
    }

    private static Frame chunk(FrameHeader.Builder header, long step, int offset, int length) {
        byte[] tensor = tensor(step);
        return SealedFrames.seal(
                header.setChunk(TensorChunk.newBuilder()
                                .setStepId(step)
                                .setDtype(WireTypes.of(ActivationCodec.F32))
                                .addShape(tensor.length / HIDDEN / Float.BYTES)
                                .addShape(HIDDEN)
                                .setOffset(offset)
                                .setTotalBytes(tensor.length))
                        .build(),
                ByteString.copyFrom(tensor, offset, length));
    }

    private static byte[] tensor(long step) {
        Random content = new Random(step);
        byte[] bytes = new byte[(1 + content.nextInt(MAX_ROWS)) * HIDDEN * Float.BYTES];
        content.nextBytes(bytes);
        return bytes;
    }

    private byte[] damaged(byte[] sound, byte[] before) {
        byte[] bytes = sound.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                for (int i = 0; i < 1 + random.nextInt(16); i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            case 2 -> bytes = Arrays.copyOf(bytes, at);
            case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
            case 4 -> System.arraycopy(bytes, 0, bytes, at, Math.min(at, bytes.length - at));
            case 5 -> System.arraycopy(before, 0, bytes, 0, Math.min(before.length, at));
            default -> {
                bytes = new byte[random.nextInt(400)];
                random.nextBytes(bytes);
            }
        }
        return bytes;
    }

    /** The header with one to three fields that make no sense. */
    private FrameHeader absurd(FrameHeader sound) {
        FrameHeader.Builder header = sound.toBuilder();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            switch (random.nextInt(10)) {
                case 0 -> header.setSequence(absurdNumber());
                case 1 -> header.setOldest(absurdNumber());
                case 2 -> header.setEpoch(absurdNumber());
                case 3 -> header.clearBody();
                case 4 -> header.setReport(MessagePiece.newBuilder().setNumber(absurdNumber()));
                case 5 -> header.getPlanBuilder().setOffset(absurdNumber()).setTotalBytes(absurdNumber());
                case 6 -> header.getPlanBuilder().setNumber(absurdNumber());
                case 7 -> header.getChunkBuilder().setOffset(absurdNumber());
                case 8 -> {
                    long rows = absurdNumber();
                    header.getChunkBuilder()
                            .setStepId(absurdNumber())
                            .clearShape()
                            .addShape(rows)
                            .addShape(HIDDEN)
                            .setTotalBytes(rows * HIDDEN * Float.BYTES);
                }
                default ->
                    header.getChunkBuilder()
                            .setTensorId(random.nextInt())
                            .setDtypeValue(random.nextInt(5))
                            .setAbandoned(random.nextBoolean());
            }
        }
        return header.build();
    }

    private long absurdNumber() {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> -random.nextInt(1000);
            case 2 -> Long.MAX_VALUE - random.nextInt(3);
            case 3 -> 1L << random.nextInt(63);
            default -> random.nextInt(200);
        };
    }

    private static final class Receiver implements Inbox.Receiver {

        private boolean isJudging = true;
        private int tensors;
        private long nextPlan;

        @Override
        public void message(ControlKind kind, ByteString bytes) throws CorruptFrameException {
            StepPlan plan = PlanCodec.decode(bytes);
            if (isJudging) {
                assertThat(plan.stepId()).as("seed %d", SEED).isEqualTo(nextPlan++);
            }
        }

        @Override
        public void hidden(HiddenState hidden) {
            tensors++;
            if (isJudging) {
                assertThat(hidden.values().toArray(ValueLayout.JAVA_BYTE))
                        .as("step %d, seed %d", hidden.stepId(), SEED)
                        .isEqualTo(tensor(hidden.stepId()));
            }
            hidden.activation().release();
        }

        @Override
        public void acknowledged(Acknowledgement acknowledgement) {
            new SentFrames().acknowledged(acknowledgement, 0, _ -> {});
        }

        @Override
        public void connection(FrameHeader header) {}
    }
}
