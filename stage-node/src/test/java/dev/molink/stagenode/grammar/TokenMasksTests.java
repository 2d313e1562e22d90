package dev.molink.stagenode.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.Language.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenMasksTests {

    private static final int END = 0;
    private static final int ROUNDS = Boolean.getBoolean("molink.test.full") ? 2_000 : 200;

    private static Grammar compile(Language language) {
        return Grammar.compile(new Definition(language, Map.of()), GrammarLimits.DEFAULT);
    }

    /** Token 0 ends the text. */
    private static TokenVocabulary vocabulary(boolean dropsLeadingSpace, String... tokens) {
        byte[][] bytes = new byte[tokens.length + 1][];
        bytes[END] = "<end>".getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < tokens.length; at++) {
            bytes[at + 1] = tokens[at].getBytes(StandardCharsets.UTF_8);
        }
        BitSet special = new BitSet();
        special.set(END);
        return TokenVocabulary.of(bytes, special, dropsLeadingSpace);
    }

    private static TokenMasks masks(TokenVocabulary vocabulary) {
        return new TokenMasks(vocabulary, new int[] {END}, vocabulary.size(), TokenMasks.Budget.DEFAULT);
    }

    private static List<Integer> allowed(GrammarSession session, int tokens) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < tokens; id++) {
            if (TokenMask.allows(session.allowed(), id)) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** Random walks under random definitions: the mask against asking for each token apart. */
    @Test
    void aMaskIsWhatEachTokenByItselfSays() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RandomLanguages languages = new RandomLanguages(random);
        int compared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> tokens = new ArrayList<>(RandomLanguages.LETTERS);
            for (int count = 0; count < 60; count++) {
                tokens.add(languages.word(1 + random.nextInt(count % 10 == 0 ? 12 : 4)));
            }
            TokenVocabulary vocabulary = vocabulary(false, tokens.toArray(String[]::new));
            Grammar grammar;
            try {
                grammar = Grammar.compile(languages.definition(), GrammarLimits.DEFAULT);
            } catch (GrammarException e) {
                continue;
            }
            compared += walk(grammar, vocabulary, random, seed);
        }

        assertThat(compared).isGreaterThan(ROUNDS);
    }

    /** Returns how many masks were compared. A text that can be read in too many ways ends the walk, as it ends a generation. */
    private static int walk(Grammar grammar, TokenVocabulary vocabulary, Random random, long seed) {
        GrammarSession session = masks(vocabulary).open(grammar);
        GrammarState state = grammar.start();
        for (int step = 0; step < 20; step++) {
            List<Integer> expected;
            try {
                expected = expected(state, vocabulary);
            } catch (GrammarException tooManyWays) {
                return step;
            }
            if (expected.isEmpty()) {
                assertThatThrownBy(session::allowed).isInstanceOf(GrammarException.class);
                return step;
            }
            assertThat(allowed(session, vocabulary.size())).as("seed %d", seed).isEqualTo(expected);
            int next = expected.get(random.nextInt(expected.size()));
            if (next == END) {
                return step;
            }
            session = session.accept(next);
            state = state.advance(vocabulary.bytes(next));
        }
        return 20;
    }

    private static List<Integer> expected(GrammarState state, TokenVocabulary vocabulary) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            boolean ends = id == END && state.mayEnd();
            boolean goesOn = id != END && !state.advance(vocabulary.bytes(id)).isDead();
            if (ends || goesOn) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** A counter's masks are shared between counts: each count is still exact near its bounds. */
    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 40, 100, 1_000})
    void boundsAreExactForTokensOfAnyLength(int max) {
        List<String> tokens = new ArrayList<>();
        for (int length = 1; length <= 40; length++) {
            tokens.add("x".repeat(length));
        }
        TokenVocabulary vocabulary = vocabulary(false, tokens.toArray(String[]::new));
        Grammar grammar = compile(new Repeat(new OneOf(CodePointSets.of('x')), max / 2, max));
        GrammarSession session = masks(vocabulary).open(grammar);
        GrammarState state = grammar.start();

        for (int count = 0; count < max; count++) {
            assertThat(allowed(session, vocabulary.size()))
                    .as("%d of %d", count, max)
                    .isEqualTo(expected(state, vocabulary));
            session = session.accept(1);
            state = state.advance(vocabulary.bytes(1));
        }
        assertThat(allowed(session, vocabulary.size())).containsExactly(END);
        assertThat(session.mustEnd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2-bytes", "llama3-bytes", "many-added", "spm-bpe"})
    void aRealVocabularyUnderJsonIsWhatEachTokenByItselfSays(String name) {
        TokenVocabulary vocabulary = TokenizerFixture.vocabulary(name);
        Grammar grammar = Grammar.compile(JsonText.object(), GrammarLimits.DEFAULT);
        int end = vocabulary.size() - 1;
        TokenMasks masks =
                new TokenMasks(vocabulary, new int[] {end}, vocabulary.size() + 100, TokenMasks.Budget.DEFAULT);
        Random random = new Random(11);

        for (int round = 0; round < 20; round++) {
            GrammarSession session = masks.open(grammar);
            GrammarState state = grammar.start();
            boolean first = true;
            for (int step = 0; step < 30 && !session.mustEnd(); step++) {
                List<Integer> expected = new ArrayList<>();
                for (int id = 0; id < vocabulary.size(); id++) {
                    byte[] bytes = text(vocabulary, id, first);
                    if (!vocabulary.isSpecial(id)
                            && vocabulary.bytes(id).length > 0
                            && !state.advance(bytes).isDead()) {
                        expected.add(id);
                    }
                }
                List<Integer> found = allowed(session, vocabulary.size() + 100);
                found.removeIf(id -> id == end && !expected.contains(end));
                assertThat(found).isEqualTo(expected);
                int next = expected.get(random.nextInt(expected.size()));
                session = session.accept(next);
                state = state.advance(text(vocabulary, next, first));
                first = false;
            }
        }
    }

    private static byte[] text(TokenVocabulary vocabulary, int id, boolean first) {
        byte[] bytes = vocabulary.bytes(id);
        boolean dropped = first && vocabulary.dropsLeadingSpace() && bytes.length > 0 && bytes[0] == ' ';
        return dropped ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    @Test
    void theSpaceThatTheReaderNeverSeesIsNoPartOfTheText() {
        TokenVocabulary vocabulary = vocabulary(true, " {", "{", " ", "}", "  {");
        TokenMasks masks = masks(vocabulary);

        GrammarSession session = masks.open(compile(new Text("{}")));

        assertThat(allowed(session, 6)).containsExactly(1, 2, 3);
        assertThat(allowed(session.accept(3), 6)).containsExactly(2);
        assertThat(allowed(session.accept(1), 6)).containsExactly(4);
        assertThat(allowed(masks.open(compile(new Text(" {"))), 6)).containsExactly(3, 5);
    }

    @Test
    void endIdsComeExactlyWhenTheTextMayEnd() {
        TokenVocabulary vocabulary = vocabulary(false, "a", "b");
        GrammarSession session = masks(vocabulary).open(compile(new Repeat(new Text("a"), 1, 2)));

        assertThat(allowed(session, 3)).containsExactly(1);
        GrammarSession once = session.accept(1);
        assertThat(allowed(once, 3)).containsExactly(END, 1);
        assertThat(allowed(once.accept(1), 3)).containsExactly(END);
        assertThat(once.accept(END)).isSameAs(once);
        assertThatThrownBy(() -> session.accept(END))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("token 0 does not go on with the text of the grammar");
        assertThatThrownBy(() -> session.accept(2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> session.accept(99)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVocabularyThatCannotSpellTheTextIsReported() {
        TokenVocabulary vocabulary = vocabulary(false, "a", "c");
        GrammarSession session = masks(vocabulary).open(compile(new Text("ab"))).accept(1);

        assertThatThrownBy(session::allowed)
                .isInstanceOf(GrammarException.class)
                .hasMessage(
                        "no token may come, although the text is not complete: none of 3 tokens spells what must follow");
    }

    @Test
    void tokensWithoutALogitNeverCome() {
        TokenVocabulary vocabulary = vocabulary(false, "a", "b", "ab", "a");
        TokenMasks masks = new TokenMasks(vocabulary, new int[] {END}, 3, TokenMasks.Budget.DEFAULT);

        GrammarSession session = masks.open(compile(new Text("ab")));

        assertThat(allowed(session, 128)).containsExactly(1);
        assertThatThrownBy(() -> new TokenMasks(vocabulary, new int[] {5}, 3, TokenMasks.Budget.DEFAULT))
                .hasMessage("end id 5; allowed are 0 to 2");
    }

    @Test
    void aMaskThatTakesTooMuchWorkIsRefused() {
        TokenVocabulary vocabulary = vocabulary(false, "a", "aa", "aaaaaaaaaaaa");
        TokenMasks.Budget budget = new TokenMasks.Budget(1 << 20, 5);
        GrammarSession session = new TokenMasks(vocabulary, new int[] {END}, 4, budget)
                .open(compile(new Repeat(new Text("a"), 20, 1_000)));

        assertThatThrownBy(session::allowed)
                .isInstanceOf(GrammarException.class)
                .hasMessage("finding the tokens that may come takes more than 5 steps; that many are allowed");
    }

    @Test
    void masksOutliveTheForgettingOfStates() {
        TokenVocabulary vocabulary = TokenizerFixture.vocabulary("gpt2-bytes");
        Grammar grammar = Grammar.compile(JsonText.object(), GrammarLimits.DEFAULT);
        TokenMasks roomy = new TokenMasks(vocabulary, new int[] {END}, vocabulary.size(), TokenMasks.Budget.DEFAULT);
        TokenMasks cramped =
                new TokenMasks(vocabulary, new int[] {END}, vocabulary.size(), new TokenMasks.Budget(1, 5_000_000));
        GrammarSession left = roomy.open(grammar);
        GrammarSession right = cramped.open(grammar);
        Random random = new Random(3);

        for (int step = 0; step < 60 && !left.mustEnd(); step++) {
            List<Integer> ids = allowed(left, vocabulary.size());
            assertThat(allowed(right, vocabulary.size())).isEqualTo(ids);
            int next = ids.get(random.nextInt(ids.size()));
            left = next == END ? left : left.accept(next);
            right = next == END ? right : right.accept(next);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 128, 200, 1_000})
    void applyingSetsExactlyTheRefusedLogits(int tokens) {
        Random random = new Random(tokens);
        for (int words = 0; words <= TokenMask.words(tokens) + 1; words++) {
            long[] mask = new long[words];
            for (int at = 0; at < words; at++) {
                int kind = random.nextInt(3);
                mask[at] = kind == 0 ? 0 : kind == 1 ? -1 : random.nextLong();
            }
            float[] logits = new float[tokens];

            TokenMask.apply(mask, logits);

            for (int id = 0; id < tokens; id++) {
                assertThat(logits[id]).isEqualTo(TokenMask.allows(mask, id) ? 0f : Float.NEGATIVE_INFINITY);
            }
        }
    }
}
