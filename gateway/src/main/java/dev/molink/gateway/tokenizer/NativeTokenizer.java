package dev.molink.gateway.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A {@code tokenizer.json} in the Rust library of Hugging Face. Encoding is the library's; decoding is ours where the file's
 * decoder is one of those that a {@link TokenTable} can express, because a stream needs the bytes of each token.
 *
 * <p>The library's own Java front is left out: it fetches texts and offsets of every token, which nobody reads here, and
 * reports its use to its vendor. The native object is freed when nothing refers to this one any more, so that no request
 * can meet a closed tokenizer.
 */
final class NativeTokenizer implements Tokenizer {

    private static final Cleaner CLEANER = Cleaner.create();
    private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

    private final long handle;
    private final TokenTable table;
    private final Optional<Joining> joining;

    private NativeTokenizer(long handle, TokenTable table, Optional<Joining> joining) {
        this.handle = handle;
        this.table = table;
        this.joining = joining;
        CLEANER.register(this, () -> LIBRARY.deleteTokenizer(handle));
    }

    /** Reads {@code file}; the native library must be loaded. */
    static NativeTokenizer parse(byte[] file) {
        TokenizerJson json = TokenizerJson.parse(file);
        Optional<Joining> joining = json.joining();
        TokenTable table = json.table(joining);
        return new NativeTokenizer(create(file), table, joining);
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens) {
        long encoding = LIBRARY.encode(handle, WellFormedText.of(text), addSpecialTokens);
        try {
            return Arrays.stream(LIBRARY.getTokenIds(encoding))
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } finally {
            LIBRARY.deleteEncoding(encoding);
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public IncrementalDetokenizer detokenizer(boolean skipSpecialTokens) {
        return joining.map(known -> known.detokenizer(table, skipSpecialTokens))
                .orElseGet(() -> new WindowDetokenizer(this::decodeWhole, table, skipSpecialTokens));
    }

    @Override
    public int vocabularySize() {
        return table.vocabularySize();
    }

    @Override
    public boolean isSpecial(int id) {
        return table.isSpecial(id);
    }

    @Override
    public byte[] tokenBytes(int id) {
        return table.bytes(id).clone();
    }

    private String decodeWhole(int[] ids) {
        try {
            return LIBRARY.decode(handle, Arrays.stream(ids).asLongStream().toArray(), false);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** A file can ask for truncation and padding of its own, which would change a prompt silently. */
    private static long create(byte[] file) {
        long handle = parseNatively(file);
        LIBRARY.disableTruncation(handle);
        LIBRARY.disablePadding(handle);
        return handle;
    }

    private static long parseNatively(byte[] file) {
        try {
            return LIBRARY.createTokenizerFromString(new String(file, StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            throw new TextModelException("tokenizer.json cannot be read: " + e.getMessage(), e);
        }
    }
}
