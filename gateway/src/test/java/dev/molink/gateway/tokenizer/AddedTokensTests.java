package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.tokenizer.AddedTokens.Match;
import org.junit.jupiter.api.Test;

class AddedTokensTests {

    private final AddedTokens tokens = new AddedTokens();

    @Test
    void findsTheLongestTokenAtAPlace() {
        tokens.put("<|im", 1);
        tokens.put("<|im_start|>", 2);

        assertThat(tokens.next("a<|im_start|>b", 0)).isEqualTo(new Match(2, 1, 13));
        assertThat(tokens.next("a<|im_start|", 0)).isEqualTo(new Match(1, 1, 5));
    }

    @Test
    void findsTheLeftmostTokenBeforeALongerOneFurtherRight() {
        tokens.put("ab", 1);
        tokens.put("bcd", 2);

        assertThat(tokens.next("xabcd", 0)).isEqualTo(new Match(1, 1, 3));
    }

    @Test
    void looksOnlyFromTheGivenPlaceOn() {
        tokens.put("</s>", 2);

        assertThat(tokens.next("</s></s>", 1).start()).isEqualTo(4);
    }

    @Test
    void endsBehindATextWithoutTokens() {
        tokens.put("</s>", 2);

        Match match = tokens.next("plain </s", 0);

        assertThat(match.start()).isEqualTo(9);
        assertThat(match.end()).isEqualTo(9);
    }
}
