package dev.molink.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepeatingTextTests {

    private static final int TOKENS = 50_000;
    private static final int VOCABULARY = 1 << 30;

    private final RequestText text = new RepeatingText(7, VOCABULARY);

    @Test
    void repeatsFourOfFiveTokens() {
        // Of so large a vocabulary nothing is drawn twice but by rare chance: what was there before is a copy.
        Set<Integer> seen = new HashSet<>();

        long copied = IntStream.range(0, TOKENS)
                .filter(position -> !seen.add(text.tokenId(3, position)))
                .count();

        assertThat((double) copied / TOKENS).isCloseTo(0.8, within(0.02));
    }

    @Test
    void saysTheSameWhereverItIsAskedFirst() {
        RequestText again = new RepeatingText(7, VOCABULARY);

        int[] backwards = IntStream.range(0, 2000)
                .map(i -> 1999 - i)
                .map(position -> again.tokenId(3, position))
                .toArray();

        assertThat(IntStream.range(0, 2000).map(i -> backwards[1999 - i]))
                .containsExactlyElementsOf(IntStream.range(0, 2000)
                        .map(position -> text.tokenId(3, position))
                        .boxed()
                        .toList());
    }

    @Test
    void givesEachRequestATextOfItsOwn() {
        assertThat(text.tokenId(1, 0)).isNotEqualTo(text.tokenId(2, 0));
        assertThat(new RepeatingText(8, VOCABULARY).tokenId(1, 0)).isNotEqualTo(text.tokenId(1, 0));
    }
}
