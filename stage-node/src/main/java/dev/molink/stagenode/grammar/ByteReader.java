package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote, trusting none of it: no length is believed that the bytes left cannot hold. */
final class ByteReader {

    private static final int MAX_SHIFT = 56;

    private final ByteBuffer bytes;
    private final String what;

    /** @param what stands for the bytes in errors */
    ByteReader(byte[] bytes, String what) {
        this.bytes = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        this.what = what;
    }

    void expect(byte[] magic) {
        byte[] found = new byte[Math.min(magic.length, bytes.remaining())];
        bytes.get(found);
        if (!Arrays.equals(found, magic)) {
            throw corrupt("does not begin with " + new String(magic, StandardCharsets.US_ASCII));
        }
    }

    void expectEnd() {
        if (bytes.hasRemaining()) {
            throw corrupt("goes on for %d bytes behind its end".formatted(bytes.remaining()));
        }
    }

    /** A number that fits an int. */
    int number(String name) {
        return (int) longNumber(name, Integer.MAX_VALUE);
    }

    int numberWithin(String name, int least, int most) {
        int value = number(name);
        if (value < least || value > most) {
            throw corrupt("has %d as %s; allowed are %d to %d".formatted(value, name, least, most));
        }
        return value;
    }

    long longNumber(String name, long most) {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            if (!bytes.hasRemaining() || shift > MAX_SHIFT) {
                throw corrupt("ends or overflows within " + name);
            }
            next = bytes.get();
            value |= (long) (next & 0x7F) << shift;
            shift += 7;
        } while (next < 0);
        if (value > most) {
            throw corrupt("has %d as %s; at most %d is allowed".formatted(value, name, most));
        }
        return value;
    }

    /** How many items of at least {@code bytesEach} bytes follow. */
    int count(String name, int bytesEach) {
        int count = number(name);
        if (count > bytes.remaining() / bytesEach) {
            throw corrupt("claims %d %s; %d bytes are left".formatted(count, name, bytes.remaining()));
        }
        return count;
    }

    byte[] bytes(String name, long length) {
        if (length > bytes.remaining()) {
            throw corrupt("claims %d bytes of %s; %d are left".formatted(length, name, bytes.remaining()));
        }
        byte[] content = new byte[(int) length];
        bytes.get(content);
        return content;
    }

    byte[] block(String name) {
        byte[] content = new byte[count("bytes of " + name, 1)];
        bytes.get(content);
        return content;
    }

    String text(String name) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(block(name)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw corrupt("holds bytes as %s that are not UTF-8 (%s)".formatted(name, e.getMessage()));
        }
    }

    GrammarException corrupt(String problem) {
        return new GrammarException(Reason.CORRUPT, what + " " + problem);
    }
}
