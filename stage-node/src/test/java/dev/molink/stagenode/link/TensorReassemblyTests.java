package dev.molink.stagenode.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.activation.ActivationPool;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TensorReassemblyTests {

    private static final int HIDDEN = 96;
    private static final long MAX_BYTES = 16 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TensorReassembly reassembly =
            new TensorReassembly(HIDDEN, MAX_BYTES, PATIENCE, ActivationPool.ofNativeMemory(MAX_BYTES));

    @Test
    void returnsATensorOfOneChunkAtOnce() throws Exception {
        byte[] values = random(new Random(1), 1);

        HiddenState hidden =
                Objects.requireNonNull(reassembly.accept(chunks(1, values).getFirst(), 0));

        assertThat(hidden.rows()).isEqualTo(1);
        assertThat(hidden.values().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(values);
    }

    /** Any order, any number of duplicates, tensors mixed: each comes out once and unchanged, and no memory stays. */
    @Test
    void survivesReorderingAndDuplicates() throws Exception {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Map<Long, byte[]> sent = new HashMap<>();
            List<TensorChunk> wire = new ArrayList<>();
            for (long step = 1; step <= 4; step++) {
                byte[] values = random(random, 1 + random.nextInt(3_000));
                sent.put(step, values);
                List<TensorChunk> pieces = pieces(random, step, values);
                wire.addAll(pieces);
                wire.addAll(pieces.subList(0, random.nextInt(pieces.size() + 1)));
            }
            Collections.shuffle(wire, random);

            Map<Long, byte[]> received = new HashMap<>();
            for (TensorChunk chunk : wire) {
                HiddenState hidden = reassembly.accept(chunk, 0);
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

    /** One flipped bit anywhere in a serialised chunk: an error or the same tensor, never other numbers. */
    @Test
    void neverTurnsACorruptChunkIntoNumbers() throws Exception {
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            byte[] values = random(random, 1);
            byte[] wire = chunks(1, values).getFirst().toByteArray();
            wire[random.nextInt(wire.length)] ^= (byte) (1 << random.nextInt(8));
            TensorReassembly fresh =
                    new TensorReassembly(HIDDEN, MAX_BYTES, PATIENCE, ActivationPool.ofNativeMemory(MAX_BYTES));

            HiddenState hidden;
            try {
                hidden = fresh.accept(TensorChunk.parseFrom(wire), 0);
            } catch (CorruptFrameException | java.io.IOException e) {
                continue;
            }

            if (hidden != null) {
                assertThat(hidden.values().toArray(ValueLayout.JAVA_BYTE))
                        .as("seed %d", seed)
                        .isEqualTo(values);
            }
        }
    }

    @Test
    void namesATensorWhoseRestDoesNotCome() throws Exception {
        List<TensorChunk> pieces = chunks(7, random(new Random(3), 2_000));
        assertThat(reassembly.accept(pieces.getFirst(), 0)).isNull();

        reassembly.checkProgress(PATIENCE.toNanos());
        assertThatExceptionOfType(CorruptFrameException.class)
                .isThrownBy(() -> reassembly.checkProgress(PATIENCE.toNanos() + 1))
                .withMessage("hidden state of step 7 has 262144 of 768000 bytes and nothing came for 30 s");
    }

    @Nested
    class Refuses {

        private final TensorChunk good = chunks(1, random(new Random(5), 4)).getFirst();

        @Test
        void aWrongChecksum() {
            TensorChunk chunk = good.toBuilder().setCrc32C(good.getCrc32C() + 1).build();

            assertRefused(chunk, "checksum");
        }

        @Test
        void anotherHiddenSize() {
            assertRefused(sealed(good.toBuilder().setShape(1, HIDDEN + 1)), "is no piece of a hidden state [rows, 96]");
        }

        @Test
        void aShapeThatContradictsTheBytes() {
            assertRefused(sealed(good.toBuilder().setShape(0, 5)), "shape [5, 96]");
        }

        @Test
        void anOffsetBehindTheEnd() {
            assertRefused(sealed(good.toBuilder().setOffset(good.getTotalBytes())), "bytes 1536 + 1536 of 1536");
        }

        @Test
        void anOffsetThatOverflows() {
            assertRefused(sealed(good.toBuilder().setOffset(Long.MAX_VALUE)), "is no piece");
        }

        @Test
        void aNegativeTotal() {
            assertRefused(sealed(good.toBuilder().setTotalBytes(-384).setShape(0, -1)), "is no piece");
        }

        @Test
        void anAbsurdTotal() {
            assertRefused(sealed(good.toBuilder().setTotalBytes(384L << 40).setShape(0, 1L << 40)), "is no piece");
        }

        @Test
        void anUnknownDtype() {
            assertRefused(sealed(good.toBuilder().setDtypeValue(9)), "UNRECOGNIZED");
        }

        @Test
        void aPieceWithoutBytes() {
            assertRefused(sealed(good.toBuilder().setData(ByteString.EMPTY)), "is no piece");
        }

        @Test
        void apieceThatContradictsAnEarlierOne() throws Exception {
            List<TensorChunk> pieces = chunks(1, random(new Random(6), 2_000));
            reassembly.accept(pieces.getFirst(), 0);

            assertRefused(good, "speaks of 1536 bytes, earlier ones of 768000");
        }

        @Test
        void moreThanItsMemory() throws Exception {
            int rows = (int) (MAX_BYTES / 2 / (HIDDEN * Float.BYTES));
            reassembly.accept(chunks(1, random(new Random(7), rows)).getFirst(), 0);
            reassembly.accept(chunks(2, random(new Random(8), rows)).getFirst(), 0);

            assertRefused(chunks(3, random(new Random(9), rows)).getFirst(), "bytes are taken already");
        }

        private void assertRefused(TensorChunk chunk, String why) {
            assertThatExceptionOfType(CorruptFrameException.class)
                    .isThrownBy(() -> reassembly.accept(chunk, 0))
                    .withMessageContaining(why);
        }
    }

    private static byte[] random(Random random, int rows) {
        byte[] values = new byte[rows * HIDDEN * Float.BYTES];
        random.nextBytes(values);
        return values;
    }

    /** As the sender cuts it. */
    private static List<TensorChunk> chunks(long step, byte[] values) {
        List<TensorChunk> chunks = new ArrayList<>();
        int rows = values.length / HIDDEN / Float.BYTES;
        new OutboundTensor(
                        1,
                        step,
                        LinkClass.LINK_CLASS_CONTROL,
                        rows,
                        HIDDEN,
                        Activation.of(MemorySegment.ofArray(values)))
                .chunks()
                .forEachRemaining((Frame frame) -> chunks.add(frame.getChunk()));
        return chunks;
    }

    /** Cut at random places, which a later sender may do. */
    private List<TensorChunk> pieces(Random random, long step, byte[] values) {
        TensorChunk header = chunks(step + stepsSoFar, values).getFirst();
        List<TensorChunk> pieces = new ArrayList<>();
        int offset = 0;
        while (offset < values.length) {
            int length = Math.min(values.length - offset, 1 + random.nextInt(OutboundTensor.MAX_CHUNK_BYTES));
            pieces.add(
                    sealed(header.toBuilder().setOffset(offset).setData(ByteString.copyFrom(values, offset, length))));
            offset += length;
        }
        return pieces;
    }

    private static TensorChunk sealed(TensorChunk.Builder chunk) {
        return chunk.setCrc32C(Checksums.of(chunk.build())).build();
    }
}
