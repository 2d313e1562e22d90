package dev.molink.cli.figures;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Prompts for the bundled model whose text does not matter. */
final class PromptIds {

    private static final int VOCABULARY = 2048;

    /** Ids below are special or bytes. */
    private static final int FIRST_WORD = 300;

    private PromptIds() {}

    static List<Integer> random(int seed, int count) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(_ -> FIRST_WORD + random.nextInt(VOCABULARY - FIRST_WORD))
                .toList();
    }
}
