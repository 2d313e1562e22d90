package dev.molink.gateway.tokenizer;

/**
 * Text of one choice's ids as they arrive. No delta ends within a character: bytes that may still become one are held
 * back, and bytes that no longer can are U+FFFD. The joined deltas are the text of all ids, and each id costs about the
 * same however long the stream is. Belongs to one thread at a time.
 */
public interface IncrementalDetokenizer {

    /** The text that {@code id} completes, often empty. */
    String accept(int id);

    /** The text that {@code ids} complete. */
    default String accept(int[] ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(accept(id));
        }
        return text.toString();
    }

    /** What was held back, at the end of the stream. */
    String flush();
}
