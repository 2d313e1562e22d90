package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreTokenizerTests {

    @Test
    void splitsAsGpt2Does() {
        assertThat(words("gpt-2", "I'LL pay 12345$ it's  now\n"))
                .containsExactly("I", "'", "LL", " pay", " 12345", "$", " it", "'s", " ", " now", "\n");
    }

    @Test
    void splitsAsLlama3Does() {
        assertThat(words("llama-bpe", "I'LL pay 12345$\n\n it's  now\n"))
                .containsExactly("I", "'LL", " pay", " ", "123", "45", "$\n\n", " it", "'s", " ", " now", "\n");
    }

    @Test
    void splitsAsQwen2Does() {
        assertThat(words("qwen2", "pay 123 (now)\r\n"))
                .containsExactly("pay", " ", "1", "2", "3", " (", "now", ")\r\n");
    }

    @Test
    void composesTextForQwen2() {
        assertThat(words("qwen2", "nai\u0308ve")).containsExactly("na\u00EFve");
        assertThat(words("stablelm2", "nai\u0308ve")).containsExactly("nai", "\u0308ve");
    }

    @Test
    void splitsAsStarcoderDoes() {
        assertThat(words("starcoder", "pay 12 now")).containsExactly("pay", " ", "1", "2", " now");
    }

    @Test
    void splitsAsFalconDoes() {
        assertThat(words("falcon", "a==b, 1234 x")).containsExactly("a", "==", "b", ",", " ", "123", "4", " x");
    }

    @Test
    void splitsAsDeepSeekV3Does() {
        assertThat(words("deepseek-v3", "don't 1234你好ok")).containsExactly("don", "'t", " ", "123", "4", "你好", "ok");
    }

    @Test
    void splitsAsTekkenDoes() {
        assertThat(words("tekken", "HelloWorld 12 //x")).containsExactly("Hello", "World", " ", "1", "2", " //", "x");
    }

    @Test
    void splitsAsGpt4oDoes() {
        assertThat(words("gpt-4o", "HelloWorld's 1234")).containsExactly("Hello", "World's", " ", "123", "4");
    }

    @Test
    void splitsAsTheDefaultDoes() {
        assertThat(words("default", "it's 1234")).containsExactly("it", "'", "s", " ", "123", "4");
        assertThat(words("", "it's")).isEqualTo(words("default", "it's"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "default",
                "gpt-2",
                "llama-bpe",
                "glm4",
                "qwen2",
                "starcoder",
                "falcon",
                "deepseek-coder",
                "deepseek-v3",
                "tekken",
                "gpt-4o",
                "bloom"
            })
    void losesNothingOfAText(String name) {
        String text = "A b\t\u00A0 'tis 1234½ naïvex\u0301 你好、ok! (x)\r\n\r\n  \uD83D\uDE00\u0085--\u2026 ";

        assertThat(String.join("", words(name, text))).isEqualTo(text);
    }

    @Test
    void refusesARuleItDoesNotKnow() {
        assertThatThrownBy(() -> PreTokenizer.named("kimi-k2"))
                .isInstanceOf(TextModelException.class)
                .hasMessageStartingWith("tokenizer.ggml.pre is \"kimi-k2\"; known are bloom, chatglm-bpe, ");
    }

    private static List<String> words(String name, String text) {
        List<String> words = new ArrayList<>();
        PreTokenizer.named(name).split(text, words::add);
        return words;
    }
}
