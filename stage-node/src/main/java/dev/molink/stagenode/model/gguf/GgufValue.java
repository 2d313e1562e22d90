package dev.molink.stagenode.model.gguf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A metadata value. Widths of numbers are forgotten; text stays as stored, since vocabularies may hold broken UTF-8. */
sealed interface GgufValue {

    /** Any integer within 64 signed bits. */
    record Whole(long value) implements GgufValue {

        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** Any floating-point number, and unsigned integers above 2^63. */
    record Real(double value) implements GgufValue {

        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    record Flag(boolean value) implements GgufValue {}

    record Text(ByteBuffer utf8) implements GgufValue {

        @Override
        public String toString() {
            return StandardCharsets.UTF_8.decode(utf8.duplicate()).toString();
        }
    }

    record Wholes(List<Long> values) implements GgufValue {}

    record Reals(List<Double> values) implements GgufValue {}

    record Texts(List<ByteBuffer> values) implements GgufValue {}
}
