package dev.molink.stagenode.pipeline;

import dev.molink.kernels.KvCacheShape;
import dev.molink.proto.stage.v1.KvGroupSize;
import dev.molink.proto.stage.v1.StageDescription;
import java.util.ArrayList;
import java.util.List;

/**
 * How many KV blocks each group gets: as many as the stage with the least room for them has memory for, shared out so
 * that sequences of full length use up all groups alike.
 */
final class KvSizing {

    /** Tokens of a prefill piece that a window group holds besides the window itself. */
    private static final int PIECE_TOKENS = 1024;

    private KvSizing() {}

    /** Blocks of each group, at least 1; {@code stages} have passed {@link StageFit}. */
    static List<Integer> blocks(List<StageDescription> stages) {
        List<Integer> perSequence = blocksPerSequence(stages.getFirst());
        double sequences = stages.stream()
                .mapToDouble(stage -> sequences(stage, perSequence))
                .min()
                .orElseThrow();
        List<Integer> blocks = new ArrayList<>();
        for (int each : perSequence) {
            blocks.add(Math.clamp((long) Math.floor(sequences * each + 1e-6), 1, Integer.MAX_VALUE));
        }
        return blocks;
    }

    private static List<Integer> blocksPerSequence(StageDescription stage) {
        int longest = stage.getModel().getMaxModelLen();
        return stage.getKvGroupsList().stream()
                .map(group -> blocksPerSequence(group.getWindowTokens(), longest))
                .toList();
    }

    private static int blocksPerSequence(int windowTokens, int longest) {
        int whole = blocksOf(longest);
        return windowTokens == 0 ? whole : Math.min(whole, blocksOf(windowTokens + PIECE_TOKENS) + 1);
    }

    /** Bytes that a sequence of full length takes on a stage. */
    static double bytesPerSequence(List<dev.molink.stagenode.execution.KvGroupSize> groups, int longest) {
        return groups.stream()
                .mapToDouble(group -> (double) group.blockBytes() * blocksPerSequence(group.windowTokens(), longest))
                .sum();
    }

    private static double sequences(StageDescription stage, List<Integer> perSequence) {
        double bytes = 0;
        for (int group = 0; group < perSequence.size(); group++) {
            KvGroupSize size = stage.getKvGroups(group);
            bytes += (double) size.getBlockBytes() * perSequence.get(group);
        }
        return stage.getKvBytes() / bytes;
    }

    private static int blocksOf(int tokens) {
        return Math.ceilDiv(tokens, KvCacheShape.BLOCK_TOKENS);
    }
}
