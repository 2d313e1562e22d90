package dev.molink.gateway.tokenizer;

/** How the bytes of tokens become a text. */
enum Joining {
    /** Byte-level: bytes one after another, one U+FFFD for each sequence that makes no character. */
    BYTES,
    /** SentencePiece with byte fallback: a U+FFFD for each byte token that makes no character. */
    PIECES,
    /** As {@link #PIECES}, without the space that encoding put in front. */
    PIECES_WITH_SPACE_PREFIX;

    IncrementalDetokenizer detokenizer(TokenTable table, boolean skipSpecialTokens) {
        return switch (this) {
            case BYTES -> new TableDetokenizer(table, skipSpecialTokens, false, new Utf8Assembler(false));
            case PIECES -> new TableDetokenizer(table, skipSpecialTokens, false, new Utf8Assembler(true));
            case PIECES_WITH_SPACE_PREFIX ->
                new TableDetokenizer(table, skipSpecialTokens, true, new Utf8Assembler(true));
        };
    }
}
