package dev.molink.stagenode.kvcache;

import dev.molink.kernels.KvCacheShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names of a sequence's full blocks in the prefix cache: a hash chain over codec, salt and token ids. Each link is
 * computed once, when it is first asked for, so that a sequence keeps its chain while it waits, and when it is preempted.
 *
 * <p>Only sequences with the same salt share blocks, and only blocks that were computed with the same codec. Model and
 * dtype are the same for all sequences of a {@link KvPool}, which lives as long as one formation, and so are not part of
 * the chain. One thread at a time.
 */
public final class PrefixChain {

    private final String salt;
    private final TokenIds ids;
    private final List<ChainHash> links = new ArrayList<>();
    private @Nullable ChainHash root;

    /**
     * @param salt who may share: a tenant's id, or one for all where that is allowed
     * @param ids read when links are computed
     */
    public PrefixChain(String salt, TokenIds ids) {
        this.salt = salt;
        this.ids = ids;
    }

    /** The chain of a sequence whose first {@code tokens} ids are the same; computed links are shared. */
    public PrefixChain branch(TokenIds branchIds, int tokens) {
        PrefixChain branch = new PrefixChain(salt, branchIds);
        branch.root = root;
        branch.links.addAll(links.subList(0, Math.min(links.size(), tokens / KvCacheShape.BLOCK_TOKENS)));
        return branch;
    }

    boolean hasSaltOf(PrefixChain other) {
        return salt.equals(other.salt);
    }

    /** The name of the block at {@code index} in the sequence's table, all of whose ids are there. */
    ChainHash link(int index, BlockHasher hasher) {
        while (links.size() <= index) {
            links.add(hasher.link(last(hasher), ids, links.size() * KvCacheShape.BLOCK_TOKENS));
        }
        return links.get(index);
    }

    private ChainHash last(BlockHasher hasher) {
        if (!links.isEmpty()) {
            return links.getLast();
        }
        if (root == null) {
            root = hasher.root(salt);
        }
        return root;
    }
}
