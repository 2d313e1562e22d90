package dev.molink.gateway.tokenizer;

/**
 * One model's vocabulary and the rules that cut text into its tokens. Immutable and safe for any number of threads; needs
 * no closing.
 */
public interface Tokenizer {

    /**
     * The ids of {@code text}. Added tokens that stand in the text, such as {@code <|im_start|>}, become their own id.
     * Unpaired surrogates count as U+FFFD. Nothing is truncated or padded.
     *
     * @param addSpecialTokens whether to add what the model wants around a plain text, such as {@code <s>} in front; false
     *     for a rendered chat template, which spells those tokens out itself
     */
    int[] encode(String text, boolean addSpecialTokens);

    /**
     * The text of {@code ids}: what {@link #detokenizer} yields for them, joined. Ids without a token, which models with a
     * padded vocabulary can sample, have no text.
     */
    default String decode(int[] ids, boolean skipSpecialTokens) {
        IncrementalDetokenizer detokenizer = detokenizer(skipSpecialTokens);
        return detokenizer.accept(ids) + detokenizer.flush();
    }

    /** A new detokenizer for one choice of one request. */
    IncrementalDetokenizer detokenizer(boolean skipSpecialTokens);

    /** The largest id plus one. Ids below it need not all have a token. */
    int vocabularySize();

    /** Whether {@code id} steers the model and is no text for the reader, as the end-of-turn token is. */
    boolean isSpecial(int id);

    /**
     * The bytes that {@code id} adds in the middle of a text, UTF-8 but possibly cut within a character; empty for an id
     * without a token.
     */
    byte[] tokenBytes(int id);
}
