package dev.molink.stagenode.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.proto.stage.v1.WireDType;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.codec.ActivationCodec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TensorReassemblyTests {

    private static final int HIDDEN = 96;
    private static final long MAX_BYTES = 16 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TensorReassembly reassembly = reassembly(ActivationCodec.F32);

    /** A piece, as a frame carries it. */
    private record Piece(TensorChunk header, ByteString data) {}

    @Test
    void returnsATensorOfOneChunkAtOnce() throws Exception {
        byte[] values = random(new Random(1), 1);

        HiddenState hidden = Objects.requireNonNull(accept(chunks(1, values).getFirst()));

        assertThat(hidden.rows()).isEqualTo(1);
        assertThat(hidden.values().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(values);
    }

    /** Any order, any number of duplicates, tensors mixed: each comes out once and unchanged, and no memory stays. */
    @Test
    void survivesReorderingAndDuplicates() throws Exception {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Map<Long, byte[]> sent = new HashMap<>();
            List<Piece> wire = new ArrayList<>();
            for (long step = 1; step <= 4; step++) {
                byte[] values = random(random, 1 + random.nextInt(3_000));
                sent.put(step, values);
                List<Piece> pieces = pieces(random, step, values);
                wire.addAll(pieces);
                wire.addAll(pieces.subList(0, random.nextInt(pieces.size() + 1)));
            }
            Collections.shuffle(wire, random);

            Map<Long, byte[]> received = new HashMap<>();
            for (Piece piece : wire) {
                HiddenState hidden = accept(piece);
                if (hidden != null) {
                    byte[] earlier = received.put(
                            seedless(hidden.stepId()), hidden.values().toArray(ValueLayout.JAVA_BYTE));
                    assertThat(earlier)
                            .as("seed %d: step %d came twice", seed, hidden.stepId())
                            .isNull();
                }
            }

            assertThat(received.keySet()).as("seed %d", seed).isEqualTo(sent.keySet());
            long printed = seed;
            sent.forEach((step, values) -> assertThat(received.get(step))
                    .as("seed %d, step %d", printed, step)
                    .isEqualTo(values));
            assertThat(reassembly.heldBytes()).as("seed %d", seed).isZero();
            stepsSoFar += 100;
        }
    }

    private long stepsSoFar;

    private long seedless(long stepId) {
        return stepId - stepsSoFar;
    }

    /** Each codec's bytes become the f32 values that it stands for. */
    @Test
    void decodesWhatIsComplete() throws Exception {
        Random random = new Random(11);
        float[] values = new float[5 * HIDDEN];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        for (ActivationCodec codec : ActivationCodec.values()) {
            byte[] encoded = new byte[(int) (5 * codec.rowBytes(HIDDEN))];
            codec.encode(MemorySegment.ofArray(values), 5, HIDDEN, MemorySegment.ofArray(encoded));
            float[] expected = new float[values.length];
            codec.decode(MemorySegment.ofArray(encoded), 5, HIDDEN, MemorySegment.ofArray(expected));
            TensorReassembly each = reassembly(codec);

            HiddenState hidden = null;
            for (int offset = 0; offset < encoded.length; offset += 100) {
                int length = Math.min(100, encoded.length - offset);
                hidden = each.accept(
                        header(codec, 1, 5).setOffset(offset).build(), ByteString.copyFrom(encoded, offset, length), 0);
            }

            assertThat(Objects.requireNonNull(hidden).values().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .as("codec %s", codec)
                    .isEqualTo(expected);
            assertThat(each.heldBytes()).isZero();
        }
    }

    @Test
    void forgetsATensorThatWasAbandoned() throws Exception {
        List<Piece> pieces = chunks(7, random(new Random(3), 2_000));
        assertThat(accept(pieces.getFirst())).isNull();
        Piece last = pieces.getLast();

        assertThat(accept(new Piece(last.header().toBuilder().setAbandoned(true).build(), last.data())))
                .isNull();

        assertThat(reassembly.heldBytes()).isZero();
        for (Piece piece : pieces) {
            assertThat(accept(piece)).isNull();
        }
    }

    @Test
    void namesATensorWhoseRestDoesNotCome() throws Exception {
        List<Piece> pieces = chunks(7, random(new Random(3), 2_000));
        assertThat(accept(pieces.getFirst())).isNull();

        reassembly.checkProgress(PATIENCE.toNanos());
        assertThatExceptionOfType(CorruptFrameException.class)
                .isThrownBy(() -> reassembly.checkProgress(PATIENCE.toNanos() + 1))
                .withMessage("hidden state of step 7 has 262144 of 768000 bytes and nothing came for 30 s");
    }

    @Nested
    class Refuses {

        private final Piece good = chunks(1, random(new Random(5), 4)).getFirst();

        @Test
        void anotherHiddenSize() {
            assertRefused(
                    changed(header -> header.setShape(1, HIDDEN + 1)), "is no piece of a hidden state [rows, 96]");
        }

        @Test
        void aShapeThatContradictsTheBytes() {
            assertRefused(changed(header -> header.setShape(0, 5)), "shape [5, 96]");
        }

        @Test
        void anOffsetBehindTheEnd() {
            assertRefused(changed(header -> header.setOffset(header.getTotalBytes())), "bytes 1536 + 1536 of 1536");
        }

        @Test
        void anOffsetThatOverflows() {
            assertRefused(changed(header -> header.setOffset(Long.MAX_VALUE)), "is no piece");
        }

        @Test
        void aNegativeTotal() {
            assertRefused(changed(header -> header.setTotalBytes(-384).setShape(0, -1)), "is no piece");
        }

        @Test
        void anAbsurdTotal() {
            assertRefused(changed(header -> header.setTotalBytes(384L << 40).setShape(0, 1L << 40)), "is no piece");
        }

        @Test
        void anotherCodec() {
            assertRefused(changed(header -> header.setDtype(WireDType.WIRE_DTYPE_BF16)), "is no piece");
        }

        @Test
        void anUnknownDtype() {
            assertRefused(changed(header -> header.setDtypeValue(9)), "UNRECOGNIZED");
        }

        @Test
        void aPieceWithoutBytes() {
            assertRefused(new Piece(good.header(), ByteString.EMPTY), "is no piece");
        }

        @Test
        void apieceThatContradictsAnEarlierOne() throws Exception {
            List<Piece> pieces = chunks(1, random(new Random(6), 2_000));
            accept(pieces.getFirst());

            assertRefused(good, "speaks of 1536 bytes, earlier ones of 768000");
        }

        @Test
        void moreThanItsMemory() throws Exception {
            int rows = (int) (MAX_BYTES / 2 / (HIDDEN * Float.BYTES));
            accept(chunks(1, random(new Random(7), rows)).getFirst());
            accept(chunks(2, random(new Random(8), rows)).getFirst());

            assertRefused(chunks(3, random(new Random(9), rows)).getFirst(), "bytes are taken already");
        }

        private Piece changed(UnaryOperator<TensorChunk.Builder> change) {
            return new Piece(change.apply(good.header().toBuilder()).build(), good.data());
        }

        private void assertRefused(Piece piece, String why) {
            assertThatExceptionOfType(CorruptFrameException.class)
                    .isThrownBy(() -> accept(piece))
                    .withMessageContaining(why);
        }
    }

    private @Nullable HiddenState accept(Piece piece) throws CorruptFrameException {
        return reassembly.accept(piece.header(), piece.data(), 0);
    }

    private static TensorReassembly reassembly(ActivationCodec codec) {
        return new TensorReassembly(
                new LinkSpec(1, "here", "there", "the other end", HIDDEN, codec),
                MAX_BYTES,
                PATIENCE,
                ActivationPool.ofNativeMemory(MAX_BYTES));
    }

    private static byte[] random(Random random, int rows) {
        byte[] values = new byte[rows * HIDDEN * Float.BYTES];
        random.nextBytes(values);
        return values;
    }

    private static TensorChunk.Builder header(ActivationCodec codec, long step, int rows) {
        return TensorChunk.newBuilder()
                .setStepId(step)
                .setDtype(WireTypes.of(codec))
                .addShape(rows)
                .addShape(HIDDEN)
                .setTotalBytes(rows * codec.rowBytes(HIDDEN));
    }

    /** In frames as long as they may be. */
    private static List<Piece> chunks(long step, byte[] values) {
        return pieces(step, values, () -> SealedFrames.MAX_DATA_BYTES);
    }

    /** Cut at random places. */
    private List<Piece> pieces(Random random, long step, byte[] values) {
        return pieces(step + stepsSoFar, values, () -> 1 + random.nextInt(SealedFrames.MAX_DATA_BYTES));
    }

    private static List<Piece> pieces(long step, byte[] values, IntSupplier lengths) {
        TensorChunk.Builder header = header(ActivationCodec.F32, step, values.length / HIDDEN / Float.BYTES);
        List<Piece> pieces = new ArrayList<>();
        for (int offset = 0;
                offset < values.length;
                offset += pieces.getLast().data().size()) {
            int length = Math.min(values.length - offset, lengths.getAsInt());
            pieces.add(new Piece(header.setOffset(offset).build(), ByteString.copyFrom(values, offset, length)));
        }
        return pieces;
    }
}
