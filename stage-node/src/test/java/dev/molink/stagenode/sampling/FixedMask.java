package dev.molink.stagenode.sampling;

import java.util.BitSet;
import java.util.List;

/** A grammar that allows the same ids everywhere. */
record FixedMask(List<Integer> ids) implements TokenConstraint {

    @Override
    public long[] allowed() {
        BitSet mask = new BitSet();
        ids.forEach(mask::set);
        return mask.toLongArray();
    }

    @Override
    public TokenConstraint accept(int tokenId) {
        if (!ids.contains(tokenId)) {
            throw new IllegalArgumentException("token %d may not come".formatted(tokenId));
        }
        return this;
    }
}
