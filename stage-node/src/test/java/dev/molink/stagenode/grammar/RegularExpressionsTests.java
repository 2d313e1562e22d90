package dev.molink.stagenode.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.grammar.Language.Definition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle: {@link Pattern}. */
class RegularExpressionsTests {

    private static final int RANDOM_EXPRESSIONS = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;
    private static final List<String> SAMPLES = List.of(
            "",
            "a",
            "b",
            "ab",
            "ba",
            "aab",
            "abab",
            "aaaa",
            "a1",
            "1",
            "12",
            "123",
            "2024-05-06",
            " ",
            "\t",
            "\n",
            "a\nb",
            "_",
            "-",
            "]",
            "[",
            "}",
            "\\",
            ".",
            "é",
            "ß",
            "Ω",
            "中文",
            "😀",
            "a😀b",
            "A",
            "Z",
            "AbC",
            "x@y.de",
            "+",
            "0",
            "\u00A0",
            "\u2028",
            "\r",
            "f",
            "g",
            "aXb",
            "^",
            "$",
            "(",
            ")",
            "/",
            "٣",
            "½",
            "\u0000",
            "\u0085",
            "hello world",
            "0x1F");

    private static boolean accepts(Language language, String text) {
        Grammar grammar = Grammar.compile(new Definition(language, Map.of()), GrammarLimits.DEFAULT);
        return grammar.start().advance(text.getBytes(StandardCharsets.UTF_8)).mayEnd();
    }

    private static void assertSameAsPattern(String expression, Iterable<String> texts) {
        Grammar whole =
                Grammar.compile(new Definition(RegularExpressions.read(expression), Map.of()), GrammarLimits.DEFAULT);
        Pattern pattern = Pattern.compile(expression);
        GrammarState start = whole.start();
        for (String text : texts) {
            assertThat(start.advance(text.getBytes(StandardCharsets.UTF_8)).mayEnd())
                    .as("%s on \"%s\"", expression, text)
                    .isEqualTo(pattern.matcher(text).matches());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "a|b|",
                "a*",
                "a+b?",
                "(ab)*",
                "(?:a|b)+",
                "(?<name>a)b*",
                "[a-c]+",
                "[^a-c]",
                "[\\d-]+",
                "[a\\-z]",
                "[-a]",
                "[\\]\\[]",
                "[^\\n]*",
                ".",
                ".*",
                "\\d+",
                "\\D",
                "\\w*",
                "\\W",
                "\\s",
                "\\S+",
                "a{2}",
                "a{2,}",
                "a{1,3}b",
                "a{0}",
                "a{0,2}?b",
                "a*?b",
                "a+?",
                "(a|ab)(b|)",
                "((a*)*)*",
                "(a?){3}",
                "\\t",
                "\\n",
                "\\r",
                "\\f",
                "\\x41",
                "\\u00e9",
                "\\u4e2d.",
                "\\p{L}+",
                "\\P{L}",
                "\\p{Lu}",
                "\\pN+",
                "\\p{Nd}",
                "[\\p{L}\\d]+",
                "[^\\p{L}]",
                "\\.",
                "\\\\",
                "\\+",
                "\\(\\)",
                "\\/",
                "\\$",
                "\\^",
                "^a$",
                "^a|b$",
                "\\d{4}-\\d{2}-\\d{2}",
                "[a-zA-Z_][\\w]*",
                "-?(0|[1-9]\\d*)(\\.\\d+)?",
                "[^@\\s]+@[^@\\s]+\\.[a-z]{2,}",
                "}",
                "]",
                "(hello|world| )*",
                "😀",
                "a😀+b",
                "[😀-😂]",
                "[\\x00-\\x1f]",
                "(|a)+",
                "[a-]",
                "[\\s\\S]*",
                "(a{1,2}){1,2}",
                "((ab)|(ba)){0,1000000}"
            })
    void matchesWhatJavaMatches(String expression) {
        assertSameAsPattern(expression, SAMPLES);
    }

    @Test
    void matchesWhatJavaMatchesForRandomExpressions() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < RANDOM_EXPRESSIONS; round++) {
            String expression = expression(random, 3);
            List<String> texts =
                    random.ints(20).mapToObj(each -> word(new Random(each))).toList();
            try {
                assertSameAsPattern(expression, texts);
            } catch (GrammarException e) {
                throw new AssertionError("seed %d: %s".formatted(seed, expression), e);
            }
        }
    }

    private static String expression(Random random, int depth) {
        int kind = random.nextInt(depth == 0 ? 4 : 8);
        return switch (kind) {
            case 0 -> "a";
            case 1 -> "[ab]";
            case 2 -> "[^b]";
            case 3 -> random.nextBoolean() ? "c" : ".";
            case 4 -> "(" + expression(random, depth - 1) + "|" + expression(random, depth - 1) + ")";
            case 5 ->
                "(?:" + expression(random, depth - 1) + ")"
                        + List.of("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "{0,2}?")
                                .get(random.nextInt(8));
            default -> expression(random, depth - 1) + expression(random, depth - 1);
        };
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(7); length > 0; length--) {
            word.append("aabbcé".charAt(random.nextInt(6)));
        }
        return word.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "^a", "a$", "^a$", "^a|b$", "a|b", "ab+", "^(a|b)", "\\d{2}", "", "[^a]$"})
    void findsWhatJavaFinds(String expression) {
        Language containing = RegularExpressions.readContaining(expression);
        Pattern pattern = Pattern.compile(expression.replace("$", "\\z"));

        for (String text : SAMPLES) {
            assertThat(accepts(containing, text))
                    .as("%s in \"%s\"", expression, text)
                    .isEqualTo(pattern.matcher(text).find());
        }
    }

    @Test
    void readsWhatJavaSpellsOtherwise() {
        assertThat(accepts(RegularExpressions.read("\\u{1F600}"), "😀")).isTrue();
        assertThat(accepts(RegularExpressions.read("\\uD83D\\uDE00"), "😀")).isTrue();
        assertThat(accepts(RegularExpressions.read("(?P<x>a)"), "a")).isTrue();
        assertThat(accepts(RegularExpressions.read("\\v"), "\u000B")).isTrue();
        assertThat(accepts(RegularExpressions.read("\\0"), "\u0000")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "(a)\\1, a back-reference at position 3 of 5",
                "(?<x>a)\\k<x>, a back-reference at position 7 of 12",
                "a(?=b), look-around at position 1 of 6",
                "(?<!a)b, look-around at position 0 of 7",
                "(?i)a, a group with flags at position 0 of 5",
                "(?>a), an atomic group at position 0 of 5",
                "a*+, a possessive quantifier at position 2 of 3",
                "a\\b, a word boundary \\b at position 1 of 3",
                "\\Aa, the escape \\A at position 0 of 3",
                "\\p{Greek}, \"the property \"\"Greek\"\" at position 0 of 9\"",
                "[a[b]], \"a class within a class, or a [ not written \\[ at position 2 of 6\"",
                "[a&&b], an operation between classes at position 4 of 6",
                "[], a class that is empty or begins with ] at position 0 of 2",
                "a^b, a ^ that is not at the beginning at position 1 of 3",
                "a$b, a $ that is not at the end at position 2 of 3",
                "(a$), a $ within a group at position 2 of 4",
                "a{x}, a { that is neither a quantifier nor written \\{ at position 2 of 4",
                "\\07, an octal escape at position 0 of 3",
                "a{99999999}, a bound above 10000000 at position 2 of 11",
                "[\\d-z], a range that ends in a class at position 1 of 6"
            })
    void namesWhatIsNotSupported(String expression, String what) {
        assertThatThrownBy(() -> RegularExpressions.read(expression))
                .isInstanceOf(GrammarException.class)
                .hasMessage("the regular expression has %s, which is not supported", what)
                .extracting(e -> ((GrammarException) e).reason())
                .isEqualTo(GrammarException.Reason.UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "(a",
                "a)",
                "[a",
                "a{2,1}",
                "*",
                "+a",
                "a**",
                "a{2}{3}",
                "\\",
                "\\x4",
                "\\u12",
                "\\u{}",
                "\\u{110000}",
                "\\ud800",
                "[b-a]",
                "a{2",
                "\\p{L",
                "(?<x",
                "[a-"
            })
    void brokenExpressionsAreRefused(String expression) {
        assertThatThrownBy(() -> RegularExpressions.read(expression))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("at position")
                .extracting(e -> ((GrammarException) e).reason())
                .isEqualTo(GrammarException.Reason.INVALID);
    }

    @Test
    void groupsWithinGroupsAreBounded() {
        assertThatThrownBy(() -> RegularExpressions.read("(".repeat(60_000)))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("more than 100 groups within each other");
        assertThatThrownBy(() -> RegularExpressions.read("a".repeat(70_000)))
                .isInstanceOf(GrammarException.class)
                .hasMessage("the regular expression has 70000 characters; allowed are 65536");
    }
}
