package dev.molink.gateway.tokenizer;

import java.util.Arrays;
import java.util.BitSet;

/** The bytes of every token, by id. Filled at load, read by any number of threads. */
final class TokenTable {

    private static final byte[] NO_BYTES = {};

    private final byte[][] bytes;
    private final BitSet special = new BitSet();
    private final BitSet fragments = new BitSet();

    TokenTable(int vocabularySize) {
        this.bytes = new byte[vocabularySize][];
        Arrays.fill(bytes, NO_BYTES);
    }

    /** Sets the text of {@code id}, which stands for whole characters. */
    void putText(int id, byte[] utf8) {
        bytes[id] = utf8;
        fragments.clear(id);
    }

    /** Sets the bytes of {@code id}, which may begin or end within a character. */
    void putFragment(int id, byte[] part) {
        bytes[id] = part;
        fragments.set(id);
    }

    void markSpecial(int id) {
        special.set(id);
    }

    int vocabularySize() {
        return bytes.length;
    }

    boolean isSpecial(int id) {
        return id >= 0 && special.get(id);
    }

    boolean isFragment(int id) {
        return id >= 0 && fragments.get(id);
    }

    /** The bytes of {@code id}, not copied; empty for an id without a token. */
    byte[] bytes(int id) {
        return id >= 0 && id < bytes.length ? bytes[id] : NO_BYTES;
    }
}
