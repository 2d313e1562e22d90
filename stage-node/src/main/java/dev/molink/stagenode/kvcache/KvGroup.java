package dev.molink.stagenode.kvcache;

/**
 * Layers of a pipeline that keep the same positions, and the KV blocks that every stage has for them. Groups are
 * numbered alike on all stages, whichever layers these hold.
 *
 * @param windowTokens positions that a query sees, its own included; 0: all before it
 * @param blocks block ids {@code 0 … blocks − 1}
 */
public record KvGroup(int windowTokens, int blocks) {

    public KvGroup {
        if (windowTokens < 0 || blocks < 1) {
            throw new IllegalArgumentException(
                    "a KV group of window %d with %d blocks holds nothing".formatted(windowTokens, blocks));
        }
    }

    public static KvGroup full(int blocks) {
        return new KvGroup(0, blocks);
    }
}
