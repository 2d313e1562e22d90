package dev.molink.stagenode.speculation;

import dev.molink.stagenode.kvcache.TokenIds;

/**
 * Drafts for one sequence by prompt look-up: what stood behind the most recent earlier occurrence of its last three ids,
 * else of its last two, else of its last one. Summaries, code and answers about a text repeat it in long pieces.
 *
 * <p>The index grows with the ids and forgets: at least the last {@code memoryTokens} positions are searched, at most
 * twice as many. Each id costs constant time. One thread at a time.
 */
public final class PromptLookup {

    /** Positions that are at least searched, where nothing else is said. */
    public static final int MEMORY_TOKENS = 4096;

    static final int LONGEST_MATCH = 3;

    private static final int[] NOTHING = {};

    private final TokenIds ids;
    private final int memoryTokens;
    private NgramIndex recent;
    private NgramIndex older;

    /** Positions whose n-grams are in an index: those that end before it. */
    private int indexed;

    /** Of a sequence that grows behind {@code ids}, none of which changes. */
    public PromptLookup(TokenIds ids) {
        this(ids, MEMORY_TOKENS);
    }

    PromptLookup(TokenIds ids, int memoryTokens) {
        this.ids = ids;
        this.memoryTokens = memoryTokens;
        this.recent = new NgramIndex(ids, 0);
        this.older = recent;
    }

    /**
     * Proposes ids for the positions from {@code tokens} on. A proposal that reaches the end of the text goes on with
     * itself, as a text does that repeats a short piece.
     *
     * @param tokens ids that the sequence has; never fewer than before
     * @param count how many are wanted
     * @return {@code count} ids, or none where the text has no earlier occurrence
     */
    public int[] draft(int tokens, int count) {
        index(tokens);
        int end = count > 0 ? earlierEnd(tokens) : NgramIndex.ABSENT;
        if (end == NgramIndex.ABSENT) {
            return NOTHING;
        }
        int[] draft = new int[count];
        for (int i = 0; i < count; i++) {
            int position = end + 1 + i;
            draft[i] = position < tokens ? ids.at(position) : draft[position - tokens];
        }
        return draft;
    }

    private int earlierEnd(int tokens) {
        for (int length = Math.min(LONGEST_MATCH, tokens); length > 0; length--) {
            int end = recent.find(tokens - 1, length);
            if (end == NgramIndex.ABSENT) {
                end = older.find(tokens - 1, length);
            }
            if (end != NgramIndex.ABSENT) {
                return end;
            }
        }
        return NgramIndex.ABSENT;
    }

    /** The last position stays out: its n-grams are those that are looked up, and nothing stands behind them. */
    private void index(int tokens) {
        if (tokens - 1 - indexed > 2 * memoryTokens) {
            indexed = tokens - 1 - 2 * memoryTokens;
            recent = new NgramIndex(ids, indexed);
            older = recent;
        }
        while (indexed < tokens - 1) {
            if (indexed - recent.firstPosition() == memoryTokens) {
                older = recent;
                recent = new NgramIndex(ids, indexed);
            }
            recent.add(indexed++);
        }
    }

    /** The first position at which an occurrence may end to be found. */
    int oldestPosition() {
        return older.firstPosition();
    }

    /** Entries of all tables, for the bound on memory. */
    int capacity() {
        return recent == older ? recent.capacity() : recent.capacity() + older.capacity();
    }
}
