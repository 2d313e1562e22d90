package dev.molink.stagenode.sampling;

import org.jspecify.annotations.Nullable;

/**
 * What a grammar allows next in one sequence. Immutable: several sequences, or the same one after a restart, may share a
 * state.
 */
public interface TokenConstraint {

    /**
     * The tokens that may come next: bit {@code id % 64} of word {@code id / 64} is set for each of them. Tokens beyond
     * the last word may not come; bits beyond the vocabulary mean nothing. Read only, and the same array for every call
     * where that is cheaper.
     *
     * @return null if every token may come
     */
    long @Nullable [] allowed();

    /**
     * The state after {@code tokenId}. Ids that end the sequence are not handed in.
     *
     * @throws IllegalArgumentException if {@code tokenId} may not come here
     */
    TokenConstraint accept(int tokenId);
}
