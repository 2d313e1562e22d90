package dev.molink.stagenode.simulation;

import dev.molink.stagenode.model.architecture.ModelConfig;

/**
 * The ids that a simulated model generates: by position, as if drawn at random, so that no draft from the text before
 * guesses them. They come from the middle of the vocabulary, where no model keeps special ids, and are none of the
 * model's begin and end ids.
 */
final class SimulatedText {

    private static final long SEED = 0x9E3779B97F4A7C15L;

    private final ModelConfig model;
    private final int first;
    private final int count;

    SimulatedText(ModelConfig model) {
        this.model = model;
        this.first = model.vocabularySize() / 2;
        this.count = Math.max(1, model.vocabularySize() / 4);
    }

    /** The id at a position of any sequence. */
    int tokenId(int position) {
        int id = first + (int) Long.remainderUnsigned(mixed(position), count);
        for (int tries = 0; isSpecial(id) && tries < model.vocabularySize(); tries++) {
            id = (id + 1) % model.vocabularySize();
        }
        return id;
    }

    private boolean isSpecial(int id) {
        Integer begin = model.beginTokenId();
        return model.endTokenIds().contains(id) || (begin != null && begin == id);
    }

    /** The finaliser of SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014. */
    private static long mixed(int position) {
        long z = SEED * (position + 1L);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
