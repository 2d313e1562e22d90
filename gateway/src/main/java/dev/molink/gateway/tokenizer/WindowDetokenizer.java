package dev.molink.gateway.tokenizer;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Text of ids through a decoder that is a black box. A token's text can depend on the token before it, so the window keeps
 * the tokens of the last delta in front of the new ones; what decoding the whole window gives beyond decoding its front is
 * the new text. A text that ends with U+FFFD may be cut within a character and waits for more tokens, but not for ever:
 * no character takes more than {@value #MAX_PENDING} of them.
 */
final class WindowDetokenizer implements IncrementalDetokenizer {

    private static final int MAX_PENDING = 4;
    private static final String REPLACEMENT = "\uFFFD";

    private final Function<int[], String> decoder;
    private final TokenTable table;
    private final boolean skipSpecialTokens;

    private int[] window = {};
    private int front;
    private String frontText = "";

    /** Special tokens to skip are left out of the window, so that {@code decoder} never skips any itself. */
    WindowDetokenizer(Function<int[], String> decoder, TokenTable table, boolean skipSpecialTokens) {
        this.decoder = decoder;
        this.table = table;
        this.skipSpecialTokens = skipSpecialTokens;
    }

    @Override
    public String accept(int id) {
        if ((skipSpecialTokens && table.isSpecial(id)) || table.bytes(id).length == 0) {
            return "";
        }
        window = Arrays.copyOf(window, window.length + 1);
        window[window.length - 1] = id;
        String text = decoder.apply(window);
        boolean waits = text.endsWith(REPLACEMENT) || text.length() <= frontText.length();
        return waits && window.length - front < MAX_PENDING ? "" : advance(text);
    }

    @Override
    public String flush() {
        return front == window.length ? "" : advance(decoder.apply(window));
    }

    private String advance(String text) {
        String delta = text.substring(Math.min(frontText.length(), text.length()));
        window = Arrays.copyOfRange(window, front, window.length);
        front = window.length;
        frontText = decoder.apply(window);
        return delta;
    }
}
