package dev.molink.stagenode.grammar;

import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.grammar.GrammarException.Reason;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The bytes that each token adds to a text, as far as a grammar needs to know. Immutable and safe for any number of
 * threads. The head reads it once and ships it to the sampling stage by its hash.
 */
public final class TokenVocabulary {

    /** The most tokens that a vocabulary may have. */
    public static final int MAX_TOKENS = 1 << 22;

    private static final byte[] MAGIC = {'M', 'L', 'T', 'V'};
    private static final int VERSION = 1;
    private static final int MAX_TOKEN_BYTES = 1 << 16;

    private final byte[] content;
    private final int[] ends;
    private final BitSet special;
    private final boolean dropsLeadingSpace;

    private TokenVocabulary(byte[] content, int[] ends, BitSet special, boolean dropsLeadingSpace) {
        this.content = content;
        this.ends = ends;
        this.special = special;
        this.dropsLeadingSpace = dropsLeadingSpace;
    }

    /**
     * A vocabulary of these tokens.
     *
     * @param tokens bytes by id; empty where an id has no token
     * @param special ids that steer the model and are no text
     * @param dropsLeadingSpace whether the reader of a text gets it without the space that its first token may begin with,
     *     as SentencePiece models with a space in front of everything have it
     */
    public static TokenVocabulary of(byte[][] tokens, BitSet special, boolean dropsLeadingSpace) {
        requireTokens(tokens.length);
        int[] ends = new int[tokens.length];
        int total = 0;
        for (int id = 0; id < tokens.length; id++) {
            if (tokens[id].length > MAX_TOKEN_BYTES) {
                throw new GrammarException(
                        Reason.TOO_LARGE,
                        "token %d has %d bytes; allowed are %d".formatted(id, tokens[id].length, MAX_TOKEN_BYTES));
            }
            total = Math.addExact(total, tokens[id].length);
            ends[id] = total;
        }
        byte[] content = new byte[total];
        for (int id = 0; id < tokens.length; id++) {
            System.arraycopy(tokens[id], 0, content, ends[id] - tokens[id].length, tokens[id].length);
        }
        return new TokenVocabulary(content, ends, special.get(0, tokens.length), dropsLeadingSpace);
    }

    /**
     * The vocabulary of a model's {@code tokenizer.json}, or of its GGUF file.
     *
     * @throws GrammarException when it is broken, or joins tokens in a way that is not the joining of their bytes
     */
    public static TokenVocabulary of(TextAssets assets) {
        if (!assets.getTokenizerJson().isEmpty()) {
            return TokenizerJsonVocabulary.read(assets.getTokenizerJson().toByteArray());
        }
        if (assets.hasGguf()) {
            return new GgufTokens(assets.getGguf()).vocabulary();
        }
        throw new GrammarException(Reason.UNSUPPORTED, "the model has neither a tokenizer.json nor a GGUF vocabulary");
    }

    /** The largest id plus one. */
    public int size() {
        return ends.length;
    }

    /** A copy of the bytes of {@code id}; empty when it has none. */
    public byte[] bytes(int id) {
        return Arrays.copyOfRange(content, start(id), ends[id]);
    }

    public boolean isSpecial(int id) {
        return special.get(id);
    }

    /** Whether a space at the very beginning of a text is not shown. */
    public boolean dropsLeadingSpace() {
        return dropsLeadingSpace;
    }

    /** The tokens with ids below {@code tokens}. */
    TokenVocabulary first(int tokens) {
        return new TokenVocabulary(content, Arrays.copyOf(ends, tokens), special.get(0, tokens), dropsLeadingSpace);
    }

    int start(int id) {
        return id == 0 ? 0 : ends[id - 1];
    }

    int byteCount(int id) {
        return ends[id] - start(id);
    }

    byte byteAt(int id, int index) {
        return content[start(id) + index];
    }

    /** Bytes of {@code left} and {@code right} from the first to the last, values from 0 to 255. */
    int compareBytes(int left, int right) {
        return Arrays.compareUnsigned(content, start(left), ends[left], content, start(right), ends[right]);
    }

    /** Versioned serialised form. */
    public byte[] toBytes() {
        ByteWriter writer = new ByteWriter();
        writer.raw(MAGIC);
        writer.number(VERSION);
        writer.number(dropsLeadingSpace ? 1 : 0);
        writer.number(size());
        for (int id = 0; id < size(); id++) {
            writer.number(byteCount(id));
        }
        writer.raw(Arrays.copyOf(content, ends[size() - 1]));
        writer.block(special.toByteArray());
        return writer.toBytes();
    }

    /** SHA-256 of {@link #toBytes()} in hexadecimal digits. */
    public String hash() {
        return Grammar.sha256(toBytes());
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws GrammarException when the bytes are broken
     */
    public static TokenVocabulary fromBytes(byte[] bytes) {
        ByteReader reader = new ByteReader(bytes, "the vocabulary");
        reader.expect(MAGIC);
        reader.numberWithin("version", VERSION, VERSION);
        boolean dropsLeadingSpace = reader.numberWithin("whether a leading space is dropped", 0, 1) == 1;
        int size = reader.count("tokens", 1);
        requireTokens(size);
        int[] ends = new int[size];
        long total = 0;
        for (int id = 0; id < size; id++) {
            total += reader.numberWithin("a token's bytes", 0, MAX_TOKEN_BYTES);
            ends[id] = (int) Math.min(total, Integer.MAX_VALUE);
        }
        byte[] content = reader.bytes("tokens", total);
        BitSet special = BitSet.valueOf(reader.block("special tokens"));
        if (special.length() > size) {
            throw reader.corrupt(
                    "marks token %d as special; there are %d tokens".formatted(special.length() - 1, size));
        }
        reader.expectEnd();
        return new TokenVocabulary(content, ends, special, dropsLeadingSpace);
    }

    private static void requireTokens(int tokens) {
        if (tokens == 0 || tokens > MAX_TOKENS) {
            throw new GrammarException(
                    Reason.TOO_LARGE,
                    "the vocabulary has %d tokens; allowed are 1 to %d".formatted(tokens, MAX_TOKENS));
        }
    }

    @Override
    public String toString() {
        return "TokenVocabulary[%d tokens, %d special]".formatted(size(), special.cardinality());
    }
}
