package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import java.util.LinkedHashMap;

/**
 * Says which tokens may come next, at the stage that samples. A mask is made by walking the vocabulary's trie along the
 * automaton, and kept for its state. Belongs to one thread.
 *
 * <p>A count of characters makes every state a new one, yet matters only near its bounds. States are therefore first made
 * equal as far as the tokens in question are concerned ({@link Machine#within}), and the few long tokens are walked apart,
 * so that a string of at most 1,000 characters takes one walk over the others, not one for each character.
 */
public final class TokenMasks {

    /** Tokens of at most this many bytes are short: some 98 of 100 in large vocabularies. */
    private static final int SHORT_BYTES = 16;

    private static final int MAX_GRAMMARS = 16;
    private static final int MIN_MASKS = 16;

    private final TokenVocabulary vocabulary;
    private final TokenTrie shortTokens;
    private final TokenTrie longTokens;
    private final int[] endIds;
    private final int words;
    private final long maxSteps;
    private final long bytesPerGrammar;
    private final int maxMasks;
    /** The states on the way to a node, by depth; as long as the longest token. */
    private final MachineState[] path;

    private final LinkedHashMap<String, GrammarMasks> grammars = new LinkedHashMap<>(MAX_GRAMMARS, 0.75f, true);

    /** What one walk and all that is kept may cost. */
    public record Budget(long cacheBytes, long stepsPerMask) {

        /** Half a second at the worst for one mask. */
        public static final Budget DEFAULT = new Budget(256L << 20, 5_000_000);

        public Budget {
            if (cacheBytes < 1 || stepsPerMask < 1) {
                throw new IllegalArgumentException(
                        "a budget of %d bytes and %d steps; both must be positive".formatted(cacheBytes, stepsPerMask));
            }
        }
    }

    /**
     * Prepares {@code vocabulary}; takes some 100 ms for a large one.
     *
     * @param endIds tokens that end a text, whether the vocabulary has them or not
     * @param logits tokens that the model has a logit for; ids beyond are never allowed
     */
    public TokenMasks(TokenVocabulary vocabulary, int[] endIds, int logits, Budget budget) {
        for (int id : endIds) {
            if (id < 0 || id >= logits) {
                throw new IllegalArgumentException("end id %d; allowed are 0 to %d".formatted(id, logits - 1));
            }
        }
        this.vocabulary = vocabulary.size() <= logits ? vocabulary : vocabulary.first(logits);
        this.shortTokens = TokenTrie.of(this.vocabulary, 1, SHORT_BYTES);
        this.longTokens = TokenTrie.of(this.vocabulary, SHORT_BYTES + 1, Integer.MAX_VALUE);
        this.endIds = endIds.clone();
        this.words = TokenMask.words(logits);
        this.maxSteps = budget.stepsPerMask();
        this.bytesPerGrammar = Math.max(1, budget.cacheBytes() / MAX_GRAMMARS / 4);
        long maskBytes = budget.cacheBytes() / MAX_GRAMMARS * 3 / 4;
        this.maxMasks = Math.clamp(maskBytes / ((long) words * Long.BYTES), MIN_MASKS, Integer.MAX_VALUE);
        this.path = new MachineState[Math.max(shortTokens.maxDepth(), longTokens.maxDepth()) + 1];
    }

    /** A sequence of {@code grammar}, before its first token. */
    public GrammarSession open(Grammar grammar) {
        GrammarMasks known = grammars.get(grammar.hash());
        if (known == null) {
            MachineState start = grammar.machine(bytesPerGrammar).start();
            known = new GrammarMasks(vocabulary.dropsLeadingSpace() ? start.behindSpace() : start, maxMasks);
            grammars.put(grammar.hash(), known);
            if (grammars.size() > MAX_GRAMMARS) {
                grammars.pollFirstEntry();
            }
        }
        return new GrammarSession(this, known, known.start());
    }

    boolean isEnd(int tokenId) {
        for (int id : endIds) {
            if (id == tokenId) {
                return true;
            }
        }
        return false;
    }

    /** The state behind a token, dead where it may not come. */
    MachineState after(MachineState state, int tokenId) {
        boolean text = tokenId >= 0
                && tokenId < vocabulary.size()
                && !vocabulary.isSpecial(tokenId)
                && vocabulary.byteCount(tokenId) > 0;
        MachineState next = text ? state : state.machine().dead();
        for (int at = 0; text && at < vocabulary.byteCount(tokenId); at++) {
            next = next.step(state.machine().classOf(vocabulary.byteAt(tokenId, at)));
        }
        return next;
    }

    long[] allowed(GrammarMasks grammar, MachineState state) {
        MachineState key = grammar.machine().within(state, path.length - 1);
        long[] known = grammar.whole().find(key);
        if (known != null) {
            return known;
        }
        long before = grammar.machine().steps();
        long[] mask = shortMask(grammar, key, before).clone();
        walk(longTokens, key, mask, before);
        if (key.mayEnd()) {
            for (int id : endIds) {
                TokenMask.allow(mask, id);
            }
        }
        if (TokenMask.isEmpty(mask)) {
            throw new GrammarException(
                    Reason.UNSUPPORTED,
                    "no token may come, although the text is not complete: none of %d tokens spells what must follow"
                            .formatted(vocabulary.size()));
        }
        grammar.whole().put(key, mask);
        return mask;
    }

    private long[] shortMask(GrammarMasks grammar, MachineState state, long stepsBefore) {
        MachineState key = grammar.machine().within(state, shortTokens.maxDepth());
        long[] mask = grammar.shortTokens().find(key);
        if (mask == null) {
            mask = new long[words];
            walk(shortTokens, key, mask, stepsBefore);
            grammar.shortTokens().put(key, mask);
        }
        return mask;
    }

    private void walk(TokenTrie trie, MachineState from, long[] mask, long stepsBefore) {
        Machine machine = from.machine();
        path[0] = from;
        int node = 0;
        while (node < trie.nodes()) {
            int depth = trie.depth(node);
            MachineState state = path[depth - 1].step(machine.classOf(trie.value(node)));
            if (state.isDead()) {
                node = trie.end(node);
                continue;
            }
            path[depth] = state;
            for (int token = trie.token(node); token >= 0; token = trie.twin(token)) {
                TokenMask.allow(mask, token);
            }
            node++;
            if (machine.steps() - stepsBefore > maxSteps) {
                throw new GrammarException(
                        Reason.TOO_LARGE,
                        "finding the tokens that may come takes more than %d steps; that many are allowed"
                                .formatted(maxSteps));
            }
        }
    }
}
