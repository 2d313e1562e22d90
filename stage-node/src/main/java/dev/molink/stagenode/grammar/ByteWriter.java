package dev.molink.stagenode.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes unsigned LEB128 numbers and texts. */
final class ByteWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void raw(byte[] content) {
        bytes.writeBytes(content);
    }

    /** @param value not negative */
    void number(long value) {
        long rest = value;
        while (rest > 0x7F) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    void block(byte[] content) {
        number(content.length);
        raw(content);
    }

    void text(String text) {
        block(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
