package dev.molink.stagenode.grammar;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Masks by state, the least recently used dropped when there are too many. */
final class MaskCache {

    private final LinkedHashMap<MachineState, long[]> masks = new LinkedHashMap<>(64, 0.75f, true);
    private final int maxMasks;

    MaskCache(int maxMasks) {
        this.maxMasks = maxMasks;
    }

    long @Nullable [] find(MachineState state) {
        return masks.get(state);
    }

    void put(MachineState state, long[] mask) {
        masks.put(state, mask);
        if (masks.size() > maxMasks) {
            masks.pollFirstEntry();
        }
    }

    void clear() {
        masks.clear();
    }
}
