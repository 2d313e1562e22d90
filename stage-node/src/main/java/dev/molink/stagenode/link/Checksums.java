package dev.molink.stagenode.link;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.CheckedBytes;
import dev.molink.proto.stage.v1.TensorChunk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** CRC-32C of what travels on a link, over exactly the bytes that the contract names. */
final class Checksums {

    /** Header fields of a chunk without its shape: epoch, step, class, tensor, dtype, dimensions, offset, total. */
    private static final int CHUNK_HEADER_NUMBERS = 8;

    private Checksums() {}

    static int of(ByteString data) {
        CRC32C crc = new CRC32C();
        update(crc, data);
        return (int) crc.getValue();
    }

    static int of(TensorChunk chunk) {
        return of(chunk, chunk.getData());
    }

    /** As if {@code header} carried {@code data}. */
    static int of(TensorChunk header, ByteString data) {
        ByteBuffer numbers = ByteBuffer.allocate(Long.BYTES * (CHUNK_HEADER_NUMBERS + header.getShapeCount()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.getEpoch())
                .putLong(header.getStepId())
                .putLong(header.getLinkClassValue())
                .putLong(header.getTensorId())
                .putLong(header.getDtypeValue())
                .putLong(header.getShapeCount());
        header.getShapeList().forEach(numbers::putLong);
        numbers.putLong(header.getOffset()).putLong(header.getTotalBytes()).flip();
        CRC32C crc = new CRC32C();
        crc.update(numbers);
        update(crc, data);
        return (int) crc.getValue();
    }

    static CheckedBytes seal(ByteString data) {
        return CheckedBytes.newBuilder().setCrc32C(of(data)).setData(data).build();
    }

    static ByteString open(CheckedBytes sealed, String what) throws CorruptFrameException {
        if (of(sealed.getData()) != sealed.getCrc32C()) {
            throw new CorruptFrameException("%s of %d bytes has checksum %08x, it was sent with %08x"
                    .formatted(what, sealed.getData().size(), of(sealed.getData()), sealed.getCrc32C()));
        }
        return sealed.getData();
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
