package dev.molink.stagenode.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.molink.proto.node.v1.RequestReport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the journal. In the file: length of what follows the checksum (32 bit), CRC-32C of that (32 bit), kind
 * (8 bit), body; big-endian.
 */
sealed interface JournalRecord {

    /** Bytes in front of kind and body. */
    int PREFIX_BYTES = 8;

    int MAX_BODY_BYTES = 16 << 20;

    String requestId();

    byte kind();

    byte[] body();

    /** A final report that a gateway must take over. */
    record Reported(RequestReport report) implements JournalRecord {

        static final byte KIND = 1;

        @Override
        public String requestId() {
            return report.getRequestId();
        }

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public byte[] body() {
            return report.toByteArray();
        }
    }

    /** A gateway has taken the report over durably. */
    record Acknowledged(String requestId) implements JournalRecord {

        static final byte KIND = 2;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public byte[] body() {
            return requestId.getBytes(StandardCharsets.UTF_8);
        }
    }

    default ByteBuffer encode() {
        byte[] body = body();
        ByteBuffer encoded = ByteBuffer.allocate(PREFIX_BYTES + 1 + body.length);
        encoded.position(PREFIX_BYTES).put(kind()).put(body);
        encoded.putInt(0, 1 + body.length).putInt(4, checksum(encoded, 1 + body.length));
        return encoded.flip();
    }

    /** Reads the record at the buffer's position and moves behind it; null when it is torn or was never written. */
    static @Nullable JournalRecord decode(ByteBuffer file) {
        if (file.remaining() < PREFIX_BYTES + 1) {
            return null;
        }
        int start = file.position();
        int length = file.getInt(start);
        if (length < 1 || length > MAX_BODY_BYTES + 1 || length > file.remaining() - PREFIX_BYTES) {
            return null;
        }
        ByteBuffer record = file.slice(start, PREFIX_BYTES + length);
        if (record.getInt(4) != checksum(record, length)) {
            return null;
        }
        byte[] body = new byte[length - 1];
        record.get(PREFIX_BYTES + 1, body);
        file.position(start + PREFIX_BYTES + length);
        return parse(record.get(PREFIX_BYTES), body);
    }

    private static @Nullable JournalRecord parse(byte kind, byte[] body) {
        try {
            return switch (kind) {
                case Reported.KIND -> new Reported(RequestReport.parseFrom(body));
                case Acknowledged.KIND -> new Acknowledged(new String(body, StandardCharsets.UTF_8));
                default -> null;
            };
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static int checksum(ByteBuffer record, int length) {
        CRC32C crc = new CRC32C();
        crc.update(record.slice(PREFIX_BYTES, length));
        return (int) crc.getValue();
    }
}
