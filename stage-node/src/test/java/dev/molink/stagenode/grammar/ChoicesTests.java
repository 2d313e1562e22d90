package dev.molink.stagenode.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.grammar.Language.Definition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChoicesTests {

    private static GrammarState start(List<String> choices) {
        return Grammar.compile(new Definition(Choices.read(choices), Map.of()), GrammarLimits.DEFAULT)
                .start();
    }

    private static GrammarState after(GrammarState start, String text) {
        return start.advance(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void acceptExactlyTheTextsGiven() {
        GrammarState start = start(List.of("yes", "no", "nope", "😀", "😁", "yes"));

        assertThat(List.of("yes", "no", "nope", "😀", "😁"))
                .allMatch(each -> after(start, each).mayEnd());
        assertThat(List.of("", "y", "nop", "yesno", "ye "))
                .noneMatch(each -> after(start, each).mayEnd());
        assertThat(after(start, "no").mustEnd()).isFalse();
        assertThat(after(start, "nope").mustEnd()).isTrue();
    }

    @Test
    void byTheThousandAreOneReadingEach() {
        List<String> choices = IntStream.range(0, 20_000)
                .mapToObj(each -> "item-" + each * 7919L)
                .toList();
        GrammarState start = start(choices);

        assertThat(choices).allMatch(each -> after(start, each).mayEnd());
        assertThat(after(start, "item-1x").isDead()).isTrue();
    }

    @Test
    void longCommonBeginningsDoNotNestWithoutEnd() {
        List<String> choices = IntStream.range(1, 600).mapToObj("a"::repeat).toList();
        GrammarState start = start(choices);

        assertThat(after(start, "a".repeat(599)).mustEnd()).isTrue();
    }

    @Test
    void noneOrTooManyAreRefused() {
        assertThatThrownBy(() -> Choices.read(List.of()))
                .hasMessage("the list of choices is empty; at least one is needed");
        assertThatThrownBy(() -> Choices.read(List.of("a", ""))).hasMessage("choice 1 is the empty text");
        assertThatThrownBy(() -> Choices.read(
                        IntStream.range(0, 20_001).mapToObj(Integer::toString).toList()))
                .hasMessage("there are 20001 choices; allowed are 20000");
    }
}
