package dev.molink.stagenode.scheduling;

import java.util.ArrayList;
import java.util.List;

/**
 * A model without weights: the state behind a position is a hash of all ids up to it, and the next id follows from that
 * state. Mostly it counts round a small circle, so that looking up what stood there before often proposes the right id.
 */
final class ModelText {

    static final int STOP_ID = 99;
    static final int CIRCLE = 5;

    private static final long ROOT = 0x51_7C_C1_B7_27_22_0A_95L;

    private ModelText() {}

    static long stateBefore() {
        return ROOT;
    }

    static long state(long before, int tokenId) {
        long mixed = (before ^ tokenId) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 29);
    }

    /** The id behind a position, given the state there and its id. */
    static int next(long state, int tokenId, int choice) {
        long mixed = state(state, 1000 + choice);
        if (Math.floorMod(mixed, 37) == 0) {
            return STOP_ID;
        }
        return Math.floorMod(mixed >>> 8, 6) == 0 ? Math.floorMod(mixed >>> 16, CIRCLE) : (tokenId + 1) % CIRCLE;
    }

    /** Prompt and everything that is generated, alone and undisturbed. */
    static List<Integer> whole(List<Integer> prompt, int choice, int maxTokens) {
        List<Integer> ids = new ArrayList<>(prompt);
        long state = stateBefore();
        for (int id : prompt) {
            state = state(state, id);
        }
        while (ids.size() < maxTokens && (ids.size() == prompt.size() || ids.getLast() != STOP_ID)) {
            int next = next(state, ids.getLast(), choice);
            ids.add(next);
            state = state(state, next);
        }
        return ids;
    }

    /** The states at all positions. */
    static long[] states(List<Integer> ids) {
        long[] states = new long[ids.size()];
        long state = stateBefore();
        for (int i = 0; i < states.length; i++) {
            state = state(state, ids.get(i));
            states[i] = state;
        }
        return states;
    }
}
