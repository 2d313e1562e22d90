package dev.molink.controlplane.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One record in a journal file: its length (32 bit), the CRC-32C of its bytes (32 bit), its bytes; big-endian. */
final class JournalFrame {

    static final int PREFIX_BYTES = 8;
    static final int MAX_RECORD_BYTES = 1 << 20;

    private JournalFrame() {}

    /** @throws IllegalArgumentException when the record is empty or longer than a journal takes */
    static ByteBuffer encode(byte[] record) {
        if (record.length == 0 || record.length > MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("a journal's record has 1 to %d bytes, but this one has %d"
                    .formatted(MAX_RECORD_BYTES, record.length));
        }
        ByteBuffer frame = ByteBuffer.allocate(PREFIX_BYTES + record.length);
        frame.putInt(record.length).putInt(checksum(ByteBuffer.wrap(record))).put(record);
        return frame.flip();
    }

    /** Reads the record at the buffer's position and moves behind it; null when none stands there whole. */
    static byte @Nullable [] decode(ByteBuffer file) {
        int start = file.position();
        int length = lengthAt(file, start);
        if (length == 0) {
            return null;
        }
        byte[] record = new byte[length];
        file.position(start + PREFIX_BYTES).get(record);
        return record;
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

    /** Length of the record at {@code start}; 0 if it is torn, damaged or none. */
    private static int lengthAt(ByteBuffer file, int start) {
        int left = file.limit() - start - PREFIX_BYTES;
        if (left < 1) {
            return 0;
        }
        int length = file.getInt(start);
        if (length < 1 || length > MAX_RECORD_BYTES || length > left) {
            return 0;
        }
        return file.getInt(start + 4) == checksum(file.slice(start + PREFIX_BYTES, length)) ? length : 0;
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
