package dev.molink.stagenode.speculation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PromptLookupTests {

    private static int[] draft(int count, int... ids) {
        return new PromptLookup(position -> ids[position]).draft(ids.length, count);
    }

    @Test
    void continuesTheMostRecentOccurrenceOfTheLongestSuffix() {
        assertThat(draft(2, 1, 2, 3, 7, 8, 2, 3, 9, 1, 2, 3)).containsExactly(7, 8);
        assertThat(draft(2, 5, 2, 3, 7, 8, 2, 3, 9, 1, 2, 3)).containsExactly(9, 1);
        assertThat(draft(1, 3, 4, 3, 5, 3)).containsExactly(5);
    }

    @Test
    void goesOnWithItselfAtTheEnd() {
        assertThat(draft(5, 1, 2, 3, 1, 2)).containsExactly(3, 1, 2, 3, 1);
        assertThat(draft(4, 6, 6)).containsExactly(6, 6, 6, 6);
    }

    @Test
    void proposesNothingWithoutAnOccurrence() {
        assertThat(draft(4, 1, 2, 3)).isEmpty();
        assertThat(draft(4, 1)).isEmpty();
        assertThat(draft(4)).isEmpty();
        assertThat(draft(0, 1, 1)).isEmpty();
    }

    @Test
    void equalsABruteForceSearch() {
        int texts = Boolean.getBoolean("molink.test.full") ? 2_000 : 200;
        for (long seed = 1; seed <= texts; seed++) {
            compareWithSearch(seed);
        }
    }

    private static void compareWithSearch(long seed) {
        Random random = new Random(seed);
        int memory = 1 + random.nextInt(100);
        int[] ids = random.ints(400, 0, 2 + random.nextInt(30)).toArray();
        PromptLookup lookup = new PromptLookup(position -> ids[position], memory);
        int tokens = 0;
        while (tokens < ids.length) {
            tokens = Math.min(ids.length, tokens + 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 5));
            int count = random.nextInt(8);

            int[] draft = lookup.draft(tokens, count);

            int oldest = lookup.oldestPosition();
            assertThat(draft).as("seed %d, %d tokens", seed, tokens).isEqualTo(search(ids, tokens, oldest, count));
            assertThat(oldest).isBetween(Math.max(0, tokens - 1 - 2 * memory), Math.max(0, tokens - 1 - memory));
        }
    }

    private static int[] search(int[] ids, int tokens, int oldest, int count) {
        for (int length = 3; length > 0; length--) {
            for (int end = tokens - 2; end >= Math.max(oldest, length - 1); end--) {
                if (sameBefore(ids, end, tokens - 1, length)) {
                    return follow(ids, tokens, end, count);
                }
            }
        }
        return new int[0];
    }

    private static boolean sameBefore(int[] ids, int end, int otherEnd, int length) {
        for (int i = 0; i < length; i++) {
            if (ids[end - i] != ids[otherEnd - i]) {
                return false;
            }
        }
        return true;
    }

    private static int[] follow(int[] ids, int tokens, int end, int count) {
        int[] text = Arrays.copyOf(ids, tokens + count);
        for (int i = 0; i < count; i++) {
            text[tokens + i] = text[end + 1 + i];
        }
        return Arrays.copyOfRange(text, tokens, tokens + count);
    }

    @Test
    void usesNoMoreMemoryForLongTexts() {
        Random random = new Random(1);
        int[] ids = random.ints(100_000, 0, 50_000).toArray();
        PromptLookup lookup = new PromptLookup(position -> ids[position], 512);
        int most = 0;
        for (int tokens = 1; tokens <= ids.length; tokens++) {
            lookup.draft(tokens, 1);
            most = Math.max(most, lookup.capacity());
        }

        assertThat(most).isEqualTo(2 * 4096);
    }
}
