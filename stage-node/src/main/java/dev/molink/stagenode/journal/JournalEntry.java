package dev.molink.stagenode.journal;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of a journal, not yet understood. In the file: length of what follows the checksum (32 bit), CRC-32C of that
 * (32 bit), kind (8 bit), body; big-endian.
 */
record JournalEntry(byte kind, ByteString body) {

    /** Bytes in front of kind and body. */
    static final int PREFIX_BYTES = 8;

    static final int MAX_BODY_BYTES = 16 << 20;

    ByteBuffer encode() {
        ByteBuffer encoded = ByteBuffer.allocate(PREFIX_BYTES + 1 + body.size());
        encoded.position(PREFIX_BYTES).put(kind).put(body.asReadOnlyByteBuffer());
        encoded.putInt(0, 1 + body.size()).putInt(4, checksum(encoded, 1 + body.size()));
        return encoded.flip();
    }

    /** Reads the record at the buffer's position and moves behind it; null when none stands there whole. */
    static @Nullable JournalEntry decode(ByteBuffer file) {
        int start = file.position();
        int length = lengthAt(file, start);
        if (length == 0) {
            return null;
        }
        ByteString body = ByteString.copyFrom(file.slice(start + PREFIX_BYTES + 1, length - 1));
        file.position(start + PREFIX_BYTES + length);
        return new JournalEntry(file.get(start + PREFIX_BYTES), body);
    }

    /** Where the next whole record stands at or behind {@code from}; −1 if there is none. */
    static int find(ByteBuffer file, int from) {
        for (int at = from; at <= file.limit() - PREFIX_BYTES - 1; at++) {
            if (lengthAt(file, at) > 0) {
                return at;
            }
        }
        return -1;
    }

    /** Length of kind and body of the record at {@code start}; 0 if it is torn, damaged or none. */
    private static int lengthAt(ByteBuffer file, int start) {
        int left = file.limit() - start - PREFIX_BYTES;
        if (left < 1) {
            return 0;
        }
        int length = file.getInt(start);
        if (length < 1 || length > MAX_BODY_BYTES + 1 || length > left) {
            return 0;
        }
        return file.getInt(start + 4) == checksum(file.slice(start, PREFIX_BYTES + length), length) ? length : 0;
    }

    private static int checksum(ByteBuffer record, int length) {
        CRC32C crc = new CRC32C();
        crc.update(record.slice(PREFIX_BYTES, length));
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "kind %d, %d bytes".formatted(kind, body.size());
    }
}
