package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.kvcache.TokenIds;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/** The ids of a sequence, without a box for each; only ever grows. */
final class SequenceIds extends AbstractList<Integer> implements TokenIds {

    private static final int SPARE = 32;

    private int[] ids;
    private int count;

    SequenceIds(List<Integer> prompt, List<Integer> generated) {
        ids = new int[prompt.size() + generated.size() + SPARE];
        prompt.forEach(this::append);
        generated.forEach(this::append);
    }

    void append(int tokenId) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count + count / 2);
        }
        ids[count++] = tokenId;
    }

    @Override
    public int at(int position) {
        return ids[position];
    }

    @Override
    public Integer get(int position) {
        return ids[position];
    }

    @Override
    public int size() {
        return count;
    }
}
