package dev.molink.bench.fleet;

import java.util.SplittableRandom;

/** Which ids simulated requests consist of: those of their prompts, and those that are sampled. */
@FunctionalInterface
public interface RequestText {

    /** The id at a position, from 0 on, of a request's text, prompt and generation alike. */
    int tokenId(long request, int position);

    /** Ids of {@code vocabularySize} that are drawn one by one, so that nothing repeats but by chance. */
    static RequestText random(long seed, int vocabularySize) {
        return (request, position) -> {
            long state = seed * 0x9E3779B97F4A7C15L + request * 0xD1B54A32D192ED03L + position;
            return new SplittableRandom(state).nextInt(vocabularySize);
        };
    }
}
