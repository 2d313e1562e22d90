package dev.molink.stagenode.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.RegularExpressions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sets of texts against the platform's regular expressions, over all short texts. */
class TextSetTests {

    private final WorkBudget budget = new WorkBudget(1_000);

    private static List<String> shortTexts() {
        List<String> texts = new ArrayList<>(List.of(""));
        for (int i = 0; texts.size() < 1_365; i++) {
            for (char letter : "abc☃".toCharArray()) {
                texts.add(texts.get(i) + letter);
            }
        }
        return texts;
    }

    private TextSet set(String expression) {
        return TextSet.of(RegularExpressions.read(expression), budget);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            a*b* (a|b)*b
            (ab)* [^c]*
            a{2,4} (aa)+
            .*a.{2} a.*
            (a|bc)*☃? [^☃]+
            [^a] .
            abc|acb|b a.*
            """)
    void agreeWithThePlatform(String left, String right) {
        TextSet one = set(left);
        TextSet both = one.intersect(set(right), budget);
        TextSet others = one.complement();
        Definition told = told(both);

        for (String text : shortTexts()) {
            boolean isLeft = Pattern.matches(left, text);
            boolean isBoth = isLeft && Pattern.matches(right, text);
            assertThat(one.contains(text)).as(text).isEqualTo(isLeft);
            assertThat(others.contains(text)).as(text).isEqualTo(!isLeft);
            assertThat(both.contains(text)).as(text).isEqualTo(isBoth);
            assertThat(LanguageMatcher.matches(told, text)).as(text).isEqualTo(isBoth);
        }
    }

    private static Definition told(TextSet set) {
        Map<String, Language> rules = new HashMap<>();
        Language start = new TextSetLanguage(Language.OneOf::new, rules, "s").language(set);
        return new Definition(start, rules);
    }

    @Test
    void aSetWithoutTextsIsEmpty() {
        assertThat(set("a+").intersect(set("b+"), budget).isEmpty()).isTrue();
        assertThat(set("a*").intersect(set("b*"), budget).isEmpty()).isFalse();
        assertThat(TextSet.ALL.complement().isEmpty()).isTrue();
        assertThat(TextSet.NONE.complement().isAll()).isTrue();
    }

    @Test
    void statesThatAcceptTheSameAreOne() {
        assertThat(set("(a|b|c)(a|b|c)").states()).hasSize(3);
        assertThat(set("aaa*|aa").states()).hasSize(3);
    }

    @Test
    void tooManyStatesAreRefused() {
        assertThatThrownBy(() -> set("(a|b)*a(a|b){12}"))
                .isInstanceOf(TooManyStatesException.class)
                .hasMessageContaining("1000 states");
    }
}
