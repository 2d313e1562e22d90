package dev.molink.bench.fleet;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Texts that repeat themselves, as summaries, edited code and filled forms do: passages copied from anywhere earlier in the
 * same text, and between them new ids. The lengths of both are geometric, with means of {@value #MEAN_COPIED} and
 * {@value #MEAN_NEW} tokens, so that four of five tokens are copied. What is sampled is part of the text like the prompt
 * is. Not safe for use by several threads.
 */
public final class RepeatingText implements RequestText {

    public static final int MEAN_COPIED = 20;
    public static final int MEAN_NEW = 5;

    private final long seed;
    private final int vocabularySize;
    private final Map<Long, Text> texts = new HashMap<>();

    public RepeatingText(long seed, int vocabularySize) {
        this.seed = seed;
        this.vocabularySize = vocabularySize;
    }

    @Override
    public int tokenId(long request, int position) {
        return texts.computeIfAbsent(
                        request, number -> new Text(new SplittableRandom(seed ^ number * 0xD1B54A32D192ED03L)))
                .at(position);
    }

    /** Grows as far as it is asked for. */
    private final class Text {

        private final SplittableRandom draws;
        private int[] ids = new int[256];
        private int length;
        private int left;
        private int copiedFrom = NEW;

        private static final int NEW = -1;

        private Text(SplittableRandom draws) {
            this.draws = draws;
            this.left = passage(MEAN_NEW);
        }

        int at(int position) {
            while (length <= position) {
                append();
            }
            return ids[position];
        }

        private void append() {
            if (left == 0) {
                begin();
            }
            if (length == ids.length) {
                ids = Arrays.copyOf(ids, 2 * length);
            }
            ids[length++] = copiedFrom == NEW ? draws.nextInt(vocabularySize) : ids[copiedFrom++];
            left--;
        }

        private void begin() {
            boolean copy = copiedFrom == NEW;
            left = passage(copy ? MEAN_COPIED : MEAN_NEW);
            copiedFrom = copy ? draws.nextInt(length) : NEW;
        }

        /** At least one token. */
        private int passage(int mean) {
            double share = Math.log1p(-draws.nextDouble()) / Math.log1p(-1.0 / mean);
            return Math.max(1, (int) Math.ceil(share));
        }
    }
}
