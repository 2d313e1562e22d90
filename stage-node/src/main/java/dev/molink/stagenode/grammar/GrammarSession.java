package dev.molink.stagenode.grammar;

/**
 * One sequence under a grammar: what it generated so far, and what may come next. An immutable value; a sequence can keep
 * an old one and go back to it. Belongs to the thread of its {@link TokenMasks}.
 */
public final class GrammarSession {

    private final TokenMasks masks;
    private final GrammarMasks grammar;
    private final MachineState state;

    GrammarSession(TokenMasks masks, GrammarMasks grammar, MachineState state) {
        this.masks = masks;
        this.grammar = grammar;
        this.state = state;
    }

    /**
     * The tokens that may come next, as {@link TokenMask} has them; end ids exactly when the text may end here. Shared: not
     * to be written.
     *
     * @throws GrammarException when no token may come although the text is not complete, because no token of the
     *     vocabulary spells what the grammar wants, or when finding out takes more work than allowed
     */
    public long[] allowed() {
        return masks.allowed(grammar, state);
    }

    /**
     * The session after {@code tokenId}; an end id where the text may end changes nothing.
     *
     * @throws IllegalArgumentException when the token may not come here
     */
    public GrammarSession accept(int tokenId) {
        if (masks.isEnd(tokenId) && state.mayEnd()) {
            return this;
        }
        MachineState next = masks.after(state, tokenId);
        if (next.isDead()) {
            throw new IllegalArgumentException(
                    "token %d does not go on with the text of the grammar".formatted(tokenId));
        }
        return new GrammarSession(masks, grammar, next);
    }

    /** Whether the text so far is complete. */
    public boolean mayEnd() {
        return state.mayEnd();
    }

    /** Whether nothing may come but the end. */
    public boolean mustEnd() {
        return state.mustEnd();
    }
}
