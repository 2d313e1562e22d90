package dev.molink.stagenode.structure;

import java.util.Optional;

/**
 * How plans name a grammar: by its content hash and that of the vocabulary whose tokens it is about.
 *
 * @param grammar SHA-256 in hex
 * @param vocabulary SHA-256 in hex
 */
record GrammarName(String grammar, String vocabulary) {

    private static final char SEPARATOR = '.';

    /** Empty if {@code text} is no such name. */
    static Optional<GrammarName> parse(String text) {
        int at = text.indexOf(SEPARATOR);
        return at < 0 ? Optional.empty() : Optional.of(new GrammarName(text.substring(0, at), text.substring(at + 1)));
    }

    @Override
    public String toString() {
        return grammar + SEPARATOR + vocabulary;
    }
}
