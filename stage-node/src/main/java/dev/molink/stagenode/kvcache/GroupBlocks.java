package dev.molink.stagenode.kvcache;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one KV group. Each is exactly one of
 * <ul>
 *   <li>free: on the stack;
 *   <li>referenced: in as many block tables as its count says, named or not;
 *   <li>cached: named, in no table, in the list of those that may be evicted, least recently used first.
 * </ul>
 * A name belongs to at most one block; another block with the same contents has none.
 */
final class GroupBlocks {

    static final int NONE = -1;

    private final KvGroup group;
    private final int[] references;
    private final @Nullable ChainHash[] names;
    private final Map<ChainHash, Integer> named = new HashMap<>();
    private final EvictionList cached;

    /** The first {@code freeCount} entries are free, the last of them is taken next. */
    private final int[] free;

    private int freeCount;
    private long evicted;

    GroupBlocks(KvGroup group) {
        this.group = group;
        references = new int[group.blocks()];
        names = new ChainHash[group.blocks()];
        cached = new EvictionList(group.blocks());
        free = new int[group.blocks()];
        for (int id = group.blocks() - 1; id >= 0; id--) {
            free[freeCount++] = id;
        }
    }

    boolean isWindow() {
        return group.windowTokens() > 0;
    }

    int windowTokens() {
        return group.windowTokens();
    }

    int blocks() {
        return group.blocks();
    }

    /** Blocks that may be taken, cached ones included. */
    int available() {
        return freeCount + cached.size();
    }

    int cachedBlocks() {
        return cached.size();
    }

    long evictedBlocks() {
        return evicted;
    }

    /** The first place of a table that the row at {@code position} or a later one looks at. */
    int firstNeeded(int position) {
        return isWindow() ? Math.max(0, position - group.windowTokens() + 1) / KvPool.BLOCK_TOKENS : 0;
    }

    /** The block with that name, or {@link #NONE}. */
    int find(ChainHash name) {
        return named.getOrDefault(name, NONE);
    }

    int references(int id) {
        return references[id];
    }

    @Nullable
    ChainHash name(int id) {
        return names[id];
    }

    /** Takes a block for one table; there is one available. */
    int take() {
        int id = freeCount > 0 ? free[--freeCount] : evict();
        references[id] = 1;
        return id;
    }

    private int evict() {
        int id = cached.removeOldest();
        ChainHash name = Objects.requireNonNull(names[id], "a cached block has a name");
        named.remove(name);
        names[id] = null;
        evicted++;
        return id;
    }

    /** One more table holds the block, which is referenced or cached. */
    void share(int id) {
        if (references[id]++ == 0) {
            cached.remove(id);
        }
    }

    /** Names a referenced block whose contents are confirmed, unless another has the name. */
    void name(int id, ChainHash name) {
        if (names[id] == null && named.putIfAbsent(name, id) == null) {
            names[id] = name;
        }
    }

    /** One table less holds the block, whose contents are not to be kept unless it has a name. */
    void letGo(int id) {
        if (--references[id] > 0) {
            return;
        }
        if (names[id] == null) {
            free[freeCount++] = id;
        } else {
            cached.addNewest(id);
        }
    }

    /**
     * One table less holds the block, whose confirmed contents have that name. The block that stands for the name becomes
     * the most recently used one even if it is another: else it could be evicted before the blocks that follow it.
     */
    void letGo(int id, ChainHash name) {
        name(id, name);
        letGo(id);
        touch(name);
    }

    /** Makes the block that stands for a name, if it is cached, the most recently used one. */
    void touch(ChainHash name) {
        int id = find(name);
        if (id != NONE && references[id] == 0) {
            cached.remove(id);
            cached.addNewest(id);
        }
    }

    /** Throws if a block is in two states or in none, or held by other than {@code expectedReferences} tables. */
    void verify(int kvGroup, int[] expectedReferences) {
        boolean[] onStack = new boolean[blocks()];
        for (int i = 0; i < freeCount; i++) {
            require(!onStack[free[i]], kvGroup, free[i], "is free twice");
            onStack[free[i]] = true;
        }
        int names = 0;
        for (int id = 0; id < blocks(); id++) {
            require(references[id] == expectedReferences[id], kvGroup, id, "has a wrong reference count");
            int states = (onStack[id] ? 1 : 0) + (references[id] > 0 ? 1 : 0) + (cached.contains(id) ? 1 : 0);
            require(states == 1, kvGroup, id, "is not exactly one of free, referenced and cached");
            ChainHash name = name(id);
            names += name == null ? 0 : 1;
            require(name == null || find(name) == id, kvGroup, id, "has a name that is another's");
            require(name == null || !onStack[id], kvGroup, id, "is free and has a name");
            require(name != null || !cached.contains(id), kvGroup, id, "is cached without a name");
        }
        require(names == named.size(), kvGroup, NONE, "has names of no block");
    }

    private static void require(boolean holds, int kvGroup, int id, String otherwise) {
        if (!holds) {
            throw new IllegalStateException("block %d of KV group %d %s".formatted(id, kvGroup, otherwise));
        }
    }
}
