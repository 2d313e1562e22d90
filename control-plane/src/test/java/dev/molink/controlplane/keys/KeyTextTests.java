package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTests {

    private static final KeyText KEY = KeyText.generate("live", new Random(7));

    @Test
    void readsBackWhatItMade() {
        assertThat(KeyText.parse(KEY.text())).contains(KEY);
    }

    @Test
    void noticesEverySingleWrongCharacter() {
        String text = KEY.text();

        for (int i = "sk-live-".length(); i < text.length(); i++) {
            char wrong = text.charAt(i) == 'x' ? 'y' : 'x';
            String damaged = text.substring(0, i) + wrong + text.substring(i + 1);
            assertThat(KeyText.parse(damaged)).as(damaged).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sk-", "sk-live", "sk-live-abc-def", "Bearer sk-live-abc", "sk-LIVE-abcdefghijkl-x"})
    void readsNothingElse(String text) {
        assertThat(KeyText.parse(text)).isEmpty();
    }

    @Test
    void showsNoSecretByAccident() {
        assertThat(KEY.toString()).doesNotContain(KEY.secret()).isEqualTo(KEY.redacted());
        assertThat(KEY.redacted()).hasSizeLessThan(40);
    }
}
