package dev.molink.stagenode.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.grammar.Language.Choice;
import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.Member;
import dev.molink.stagenode.grammar.Language.Members;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.OtherMembers;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.Language.Rule;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.Language.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrammarTests {

    private static final int RANDOM_DEFINITIONS = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;

    private static Grammar compile(Language language) {
        return compile(new Definition(language, Map.of()));
    }

    private static Grammar compile(Definition definition) {
        return Grammar.compile(definition, GrammarLimits.DEFAULT);
    }

    private static GrammarState read(Grammar grammar, String text) {
        return grammar.start().advance(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean accepts(Language language, String text) {
        return read(compile(language), text).mayEnd();
    }

    /** Every text of up to four letters, and of every language some that belong to it or nearly do. */
    @Test
    void agreesWithTryingEverything() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RandomLanguages languages = new RandomLanguages(random);
        int compiled = 0;
        int accepted = 0;
        for (int round = 0; round < RANDOM_DEFINITIONS; round++) {
            Definition definition = languages.definition();
            Grammar grammar;
            try {
                grammar = compile(definition);
            } catch (GrammarException e) {
                assertThat(e.reason())
                        .as("seed %d: %s", seed, definition)
                        .isIn(GrammarException.Reason.IMPOSSIBLE, GrammarException.Reason.INVALID);
                continue;
            }
            compiled++;
            GrammarState start = grammar.start();
            for (int sample = 0; sample < 40; sample++) {
                String text = languages.word(random.nextInt(6));
                GrammarState state = start.advance(text.getBytes(StandardCharsets.UTF_8));
                boolean expected = NaiveMatcher.matches(definition, text);
                assertThat(state.mayEnd())
                        .as("seed %d: \"%s\" in %s", seed, text, definition)
                        .isEqualTo(expected);
                accepted += expected ? 1 : 0;
            }
        }

        assertThat(compiled).isGreaterThan(RANDOM_DEFINITIONS / 4);
        assertThat(accepted).isGreaterThan(RANDOM_DEFINITIONS);
    }

    /** Follows the automaton byte by byte to wherever it leads: it must come to an end. */
    @Test
    void everyLivingStateCanBeCompleted() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RandomLanguages languages = new RandomLanguages(random);
        int walked = 0;
        for (int round = 0; round < RANDOM_DEFINITIONS / 4; round++) {
            Definition definition = languages.definition();
            GrammarState state;
            try {
                state = compile(definition).start();
            } catch (GrammarException e) {
                continue;
            }
            for (int step = 0; step < 60 && !state.mustEnd(); step++) {
                GrammarState next;
                try {
                    next = anyNext(state, random.nextInt(256));
                } catch (GrammarException e) {
                    // a language that is read in more ways than are allowed
                    assertThat(e.reason())
                            .as("seed %d: %s", seed, definition)
                            .isEqualTo(GrammarException.Reason.TOO_LARGE);
                    break;
                }
                assertThat(next.isDead() && !state.mayEnd())
                        .as("seed %d: stuck after %d bytes of %s", seed, step, definition)
                        .isFalse();
                state = next.isDead() ? state : next;
                walked++;
            }
        }

        assertThat(walked).isGreaterThan(RANDOM_DEFINITIONS);
    }

    /** After the first byte, from {@code first} on, that leads on; dead where none does. */
    private static GrammarState anyNext(GrammarState state, int first) {
        GrammarState next = state;
        for (int value = 0; value < 256; value++) {
            next = state.advance(new byte[] {(byte) (first + value)});
            if (!next.isDead()) {
                return next;
            }
        }
        return next;
    }

    @Nested
    class Characters {

        @ParameterizedTest
        @CsvSource({
            "0, 10FFFF",
            "0, 7F",
            "80, 7FF",
            "7FF, 800",
            "FFFF, 10000",
            "D7FF, E000",
            "20AC, 1F600",
            "3B1, 3C9",
            "E000, FFFD",
            "10FFFE, 10FFFF",
            "FFF, 1001",
            "3FFFF, 40001"
        })
        void aRangeIsReadAsItsUtf8(String first, String last) {
            CodePoints set = CodePointSets.range(Integer.parseInt(first, 16), Integer.parseInt(last, 16));
            GrammarState start = compile(new OneOf(set)).start();

            for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
                if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                    byte[] utf8 = Character.toString(point).getBytes(StandardCharsets.UTF_8);
                    boolean expected = point >= Integer.parseInt(first, 16) && point <= Integer.parseInt(last, 16);
                    if (start.advance(utf8).mayEnd() != expected) {
                        assertThat(start.advance(utf8).mayEnd())
                                .as("U+%04X", point)
                                .isEqualTo(expected);
                    }
                }
            }
        }

        @Test
        void everyCodePointIsAllUtf8AndNothingElse() {
            GrammarState start = compile(new OneOf(CodePointSets.ALL)).start();

            assertThat(start.advance(new byte[] {(byte) 0xED, (byte) 0xA0}).isDead())
                    .isTrue();
            assertThat(start.advance(new byte[] {(byte) 0xC0}).isDead()).isTrue();
            assertThat(start.advance(new byte[] {(byte) 0xE0, (byte) 0x9F}).isDead())
                    .isTrue();
            assertThat(start.advance(new byte[] {(byte) 0xF4, (byte) 0x90}).isDead())
                    .isTrue();
            assertThat(start.advance(new byte[] {(byte) 0x80}).isDead()).isTrue();
        }
    }

    @Nested
    class Repetitions {

        @Test
        void aBoundOfAMillionCostsNothing() {
            Grammar grammar = compile(new Repeat(new Text("ab"), 0, 1_000_000));

            GrammarState state = read(grammar, "ab".repeat(100_000));

            assertThat(state.mayEnd()).isTrue();
            assertThat(grammar.byteSize()).isLessThan(40);
        }

        @Test
        void boundsAreExact() {
            Language language = new Repeat(new Text("x"), 999, 1_001);

            assertThat(accepts(language, "x".repeat(998))).isFalse();
            assertThat(accepts(language, "x".repeat(999))).isTrue();
            assertThat(accepts(language, "x".repeat(1_001))).isTrue();
            assertThat(read(compile(language), "x".repeat(1_001)).mustEnd()).isTrue();
            assertThat(read(compile(language), "x".repeat(1_002)).isDead()).isTrue();
        }

        @Test
        void aPartThatMayBeEmptyIsCountedOnlyWhereItReads() {
            Language part = new Repeat(new Text("a"), 0, 1);
            Language language = new Repeat(new Repeat(part, 0, 1_000_000), 5, 1_000_000);

            assertThat(accepts(language, "")).isTrue();
            assertThat(accepts(language, "a".repeat(2_000))).isTrue();
            assertThat(accepts(language, "b")).isFalse();
        }

        @Test
        void overlappingIterationsKeepTheOneThatRanLeast() {
            Language word = new Repeat(new OneOf(CodePointSets.range('a', 'z')), 1, Repeat.UNBOUNDED);
            Language words = new Sequence(List.of(word, new Repeat(new Text(" "), 0, 1)));
            Language language = new Repeat(words, 0, 100_000);

            assertThat(accepts(language, "some words and then more ".repeat(2_000)))
                    .isTrue();
        }

        @Test
        void tooManyReadingsAtOnceAreReported() {
            Language a = new Text("a");
            Language language = new Repeat(new Choice(List.of(a, new Text("aa"))), 4_000, 9_000);
            GrammarLimits limits = new GrammarLimits(100, 10, 100, 5, 500);
            GrammarState start =
                    Grammar.compile(new Definition(language, Map.of()), limits).start();

            assertThatThrownBy(() -> start.advance("a".repeat(5_000).getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("the text can be read in more than 500 ways at once; that many are allowed");
        }
    }

    @Nested
    class Recursion {

        private final Definition brackets = new Definition(
                new Rule("nest"),
                Map.of(
                        "nest",
                        new Choice(List.of(
                                new Text("x"),
                                new Sequence(List.of(new Text("["), new Rule("nest"), new Text("]")))))));

        @Test
        void opensNoLevelThatCouldNotBeClosed() {
            GrammarLimits limits = new GrammarLimits(100, 10, 100, 5, 100);
            Grammar grammar = Grammar.compile(brackets, limits);

            assertThat(read(grammar, "[[[[x]]]]").mayEnd()).isTrue();
            assertThat(read(grammar, "[[[[[").isDead()).isTrue();
        }

        @Test
        void aRuleThatBeginsWithItselfIsRefused() {
            Language left = new Choice(
                    List.of(new Sequence(List.of(new Text(""), new Rule("a"), new Text("x"))), new Text("y")));

            assertThatThrownBy(() -> compile(new Definition(new Rule("a"), Map.of("a", left))))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("rule \"a\" can begin with itself; allowed is recursion behind at least one character");
        }

        @Test
        void rulesThatBeginWithEachOtherAreRefused() {
            Language a = new Choice(List.of(new Rule("b"), new Text("x")));
            Language b = new Sequence(List.of(new Repeat(new Text("z"), 0, 3), new Rule("a"), new Text("x")));

            assertThatThrownBy(() -> compile(new Definition(new Rule("a"), Map.of("a", a, "b", b))))
                    .isInstanceOf(GrammarException.class)
                    .hasMessageContaining("can begin with itself");
        }

        @Test
        void aRuleWithoutAnEndIsImpossible() {
            Language endless = new Sequence(List.of(new Text("a"), new Rule("a")));

            assertThatThrownBy(() -> compile(new Definition(new Rule("a"), Map.of("a", endless))))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("no text belongs to the language with at most 96 rules within each other");
        }

        @Test
        void anAlternativeWithoutAnEndIsNeverOpened() {
            Language endless = new Sequence(List.of(new Text("a"), new Rule("a")));
            Definition definition =
                    new Definition(new Choice(List.of(new Rule("a"), new Text("b"))), Map.of("a", endless));

            assertThat(read(compile(definition), "a").isDead()).isTrue();
            assertThat(read(compile(definition), "b").mustEnd()).isTrue();
        }

        @Test
        void nestedOptionsOfARuleDoNotExplode() {
            Language bomb = new Choice(List.of(
                    new Text("x"),
                    new Sequence(List.of(new Text("a"), new Rule("r"), new Rule("r"))),
                    new Sequence(List.of(new Text("a"), new Rule("r")))));
            GrammarState start =
                    compile(new Definition(new Rule("r"), Map.of("r", bomb))).start();

            assertThatThrownBy(() -> start.advance("a".repeat(90).getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(GrammarException.class)
                    .hasMessageContaining("ways at once");
        }

        @Test
        void anUnknownRuleIsNamed() {
            assertThatThrownBy(() -> compile(new Rule("missing")))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("rule \"missing\" is referred to but not defined; 0 rules are");
        }
    }

    @Nested
    class ObjectMembers {

        private final Language value = new Sequence(List.of(new Text(":"), new OneOf(CodePointSets.range('0', '9'))));
        private final Member a = new Member(new Text("a"), value, true);
        private final Member b = new Member(new Text("b"), value, false);
        private final Member c = new Member(new Text("c"), value, true);

        private Language members(List<Member> named, int least, int most) {
            return new Members(named, Optional.empty(), least, most, new Text(","));
        }

        @Test
        void comeInAnyOrderEachOnce() {
            Language language = members(List.of(a, b, c), 0, Repeat.UNBOUNDED);

            assertThat(accepts(language, "c:1,a:2")).isTrue();
            assertThat(accepts(language, "b:1,c:2,a:3")).isTrue();
            assertThat(accepts(language, "a:1,b:2")).isFalse();
            assertThat(accepts(language, "a:1,a:2,c:3")).isFalse();
        }

        @Test
        void leaveRoomForTheRequiredOnes() {
            Language language = members(List.of(a, b, c), 0, 2);

            assertThat(read(compile(language), "b").isDead()).isTrue();
            assertThat(accepts(language, "a:1,c:2")).isTrue();
        }

        @Test
        void endWithoutASeparatorWhenNoneIsLeft() {
            GrammarState state = read(compile(members(List.of(a, c), 0, Repeat.UNBOUNDED)), "a:1,c:2");

            assertThat(state.mustEnd()).isTrue();
        }

        @Test
        void thatCannotBeEnoughAreImpossible() {
            assertThatThrownBy(() -> compile(members(List.of(a, b), 3, 5)))
                    .isInstanceOf(GrammarException.class)
                    .hasMessageContaining("no text belongs to the language");
        }

        @Test
        void ofOtherNamesFillUp() {
            OtherMembers other = new OtherMembers(new Text("o"), value);
            Language language = new Members(List.of(a), Optional.of(other), 3, 4, new Text(","));

            assertThat(accepts(language, "o:1,a:2,o:3")).isTrue();
            assertThat(accepts(language, "o:1,o:2,o:3,a:4")).isTrue();
            assertThat(read(compile(language), "o:1,o:2,o:3,o").isDead()).isTrue();
            assertThat(accepts(language, "a:1,o:2")).isFalse();
        }

        @Test
        void withoutAnyTextAreRefused() {
            Member nothing = new Member(new Text(""), new Text(""), false);

            assertThatThrownBy(() -> compile(members(List.of(a, nothing), 0, 9)))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("member 1 can be the empty text; it needs a key or a value");
        }
    }

    @Nested
    class Sizes {

        @Test
        void tooDeepAPartIsRefused() {
            Language deep = new Text("x");
            for (int level = 0; level < 1_000_000; level++) {
                deep = new Sequence(List.of(deep));
            }
            Language bomb = deep;

            assertThatThrownBy(() -> compile(bomb))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("parts are nested more than 400 deep; allowed are 400");
        }

        @Test
        void sharedPartsThatMultiplyAreRefused() {
            Language doubled = new Text("xyz");
            for (int level = 0; level < 100; level++) {
                doubled = new Sequence(List.of(doubled, doubled));
            }
            Language bomb = doubled;

            assertThatThrownBy(() -> compile(bomb))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("the automaton takes more than 500000 instructions; that many are allowed");
        }

        @Test
        void sharedPartsThatMultiplyToNothingAreRefused() {
            Language doubled = new Text("");
            for (int level = 0; level < 100; level++) {
                doubled = new Sequence(List.of(doubled, doubled));
            }
            Language bomb = doubled;

            assertThatThrownBy(() -> compile(bomb))
                    .isInstanceOf(GrammarException.class)
                    .hasMessageContaining("parts that stand in several places");
        }

        @Test
        void tooManyAlternativesAtOnePlaceAreRefused() {
            Language bomb = new Choice(IntStream.range(0, 3_000)
                    .<Language>mapToObj(each -> new Text("x" + each))
                    .toList());

            assertThatThrownBy(() -> compile(bomb))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("one place has 3000 alternatives; allowed are 2500");
        }

        @Test
        void halfACharacterIsRefused() {
            assertThatThrownBy(() -> compile(new Text("a\uD800b")))
                    .isInstanceOf(GrammarException.class)
                    .hasMessageContaining("surrogate");
        }
    }

    @Nested
    class Serialised {

        @Test
        void isTheSameLanguageUnderTheSameHash() {
            Random random = new Random(7);
            RandomLanguages languages = new RandomLanguages(random);
            for (int round = 0; round < RANDOM_DEFINITIONS / 10; round++) {
                Definition definition = languages.definition();
                Grammar grammar;
                try {
                    grammar = compile(definition);
                } catch (GrammarException e) {
                    continue;
                }

                Grammar read = Grammar.fromBytes(grammar.toBytes());

                assertThat(read.hash()).isEqualTo(grammar.hash());
                for (int sample = 0; sample < 20; sample++) {
                    String text = languages.word(random.nextInt(6));
                    assertThat(read(read, text).mayEnd())
                            .isEqualTo(read(grammar, text).mayEnd());
                }
            }
        }

        @Test
        void isTheSameForEqualDefinitions() {
            assertThat(compile(JsonText.object()).hash())
                    .isEqualTo(compile(JsonText.object()).hash());
            assertThat(compile(new Text("a")).hash())
                    .isNotEqualTo(compile(new Text("b")).hash());
        }

        @Test
        void brokenBytesAreRefusedAndNeverMore() {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            byte[] good = compile(JsonText.object()).toBytes();
            int refused = 0;
            for (int round = 0; round < RANDOM_DEFINITIONS * 2; round++) {
                byte[] bytes = good.clone();
                for (int change = random.nextInt(4); change >= 0; change--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                byte[] cut = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
                try {
                    Grammar.fromBytes(cut).start().advance("{\"a\": [1".getBytes(StandardCharsets.UTF_8));
                } catch (GrammarException e) {
                    refused++;
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + ", round " + round, e);
                }
            }

            assertThat(refused).isGreaterThan(RANDOM_DEFINITIONS);
        }

        @Test
        void aClaimedLengthIsNotAllocated() {
            byte[] bytes = {'M', 'L', 'G', 'R', 1, 10, 10, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7};

            assertThatThrownBy(() -> Grammar.fromBytes(bytes))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("the grammar claims 2147483647 parts; 0 bytes are left");
        }

        @Test
        void anotherVersionIsRefused() {
            assertThatThrownBy(() -> Grammar.fromBytes(new byte[] {'M', 'L', 'G', 'R', 2}))
                    .isInstanceOf(GrammarException.class)
                    .hasMessage("the grammar has 2 as version; allowed are 1 to 1");
        }
    }
}
