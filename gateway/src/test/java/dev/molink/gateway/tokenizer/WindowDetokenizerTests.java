package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WindowDetokenizerTests {

    private static final int REPLACEMENT = 0xFFFD;

    private int longestWindow;

    @Test
    void keepsTheWindowShortHoweverLongTheStream() {
        WindowDetokenizer detokenizer = detokenizer(false);
        StringBuilder text = new StringBuilder();

        for (int step = 0; step < 1_000; step++) {
            text.append(detokenizer.accept('a' + step % 26));
        }

        assertThat(text.length()).isEqualTo(1_000);
        assertThat(longestWindow).isEqualTo(2);
    }

    @Test
    void doesNotWaitForEverBehindAReplacementCharacter() {
        WindowDetokenizer detokenizer = detokenizer(false);
        StringBuilder text = new StringBuilder();

        for (int step = 0; step < 100; step++) {
            text.append(detokenizer.accept(REPLACEMENT));
        }

        assertThat(text.length()).isEqualTo(100);
        assertThat(longestWindow).isLessThanOrEqualTo(8);
    }

    @Test
    void givesOutWhatWaitsAtTheEnd() {
        WindowDetokenizer detokenizer = detokenizer(false);

        assertThat(detokenizer.accept(REPLACEMENT)).isEmpty();
        assertThat(detokenizer.flush()).isEqualTo("\uFFFD");
        assertThat(detokenizer.flush()).isEmpty();
    }

    @Test
    void looksThroughSkippedTokensAtTheTokenBefore() {
        WindowDetokenizer detokenizer = detokenizer(true);

        assertThat(detokenizer.accept('a')).isEqualTo("a");
        assertThat(detokenizer.accept('#')).isEmpty();
        assertThat(detokenizer.accept('b')).isEqualTo("b");
        assertThat(longestWindow).isEqualTo(2);
    }

    /** Ids are characters, {@code #} is special. */
    private WindowDetokenizer detokenizer(boolean skipSpecialTokens) {
        TokenTable table = new TokenTable(0x10000);
        for (int id = 0; id < 0x10000; id++) {
            table.putText(id, new byte[] {'x'});
        }
        table.markSpecial('#');
        return new WindowDetokenizer(this::characters, table, skipSpecialTokens);
    }

    private String characters(int[] ids) {
        longestWindow = Math.max(longestWindow, ids.length);
        return Arrays.stream(ids).mapToObj(Character::toString).collect(Collectors.joining());
    }
}
