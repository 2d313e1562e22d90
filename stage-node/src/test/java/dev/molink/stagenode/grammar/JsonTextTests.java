package dev.molink.stagenode.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.Repeat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Oracle: Jackson. */
class JsonTextTests {

    private static final JsonMapper COMPACT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final JsonMapper INDENTED =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final int RANDOM_VALUES = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;

    private static GrammarState start(Definition definition) {
        return Grammar.compile(definition, GrammarLimits.DEFAULT).start();
    }

    private static GrammarState start(Language language) {
        return start(new Definition(language, Map.of()));
    }

    private static boolean accepts(GrammarState start, String text) {
        return start.advance(text.getBytes(StandardCharsets.UTF_8)).mayEnd();
    }

    @Test
    void acceptsWhatWritersWrite() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        GrammarState value = start(JsonText.value());
        for (int round = 0; round < RANDOM_VALUES; round++) {
            JsonNode node = node(random, 4);
            String spaced = COMPACT.writeValueAsString(node);
            assertThat(accepts(value, spaced)).as("seed %d: %s", seed, spaced).isTrue();
            String indented = INDENTED.writeValueAsString(node);
            assertThat(accepts(value, indented))
                    .as("seed %d: %s", seed, indented)
                    .isTrue();
        }
    }

    private static JsonNode node(Random random, int depth) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> nodes.stringNode(string(random));
            case 1 -> nodes.numberNode(random.nextLong());
            case 2 -> nodes.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 3 -> nodes.booleanNode(random.nextBoolean());
            case 4 -> nodes.nullNode();
            case 5 -> {
                ArrayNode array = nodes.arrayNode();
                for (int count = random.nextInt(4); count > 0; count--) {
                    array.add(node(random, depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = nodes.objectNode();
                for (int count = random.nextInt(4); count > 0; count--) {
                    object.set(string(random), node(random, depth - 1));
                }
                yield object;
            }
        };
    }

    private static String string(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(8); length > 0; length--) {
            int point = List.of(0x80, 0x800, 0x10000, 0x110000).get(random.nextInt(4));
            int each = random.nextInt(point);
            text.appendCodePoint(Character.getType(each) == Character.SURROGATE ? 'x' : each);
        }
        return text.toString();
    }

    /** What the grammar says yes to, Jackson reads: a random walk through the automaton. */
    @Test
    void everyTextItLeadsToIsJson() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        GrammarState object = start(JsonText.object());
        String likely = "{}[]\",:\\/bfnrtu0123456789abcdefABCDEF-+.eE \n truefalsenull\"\"\"{}[]:,\"";
        int complete = 0;
        for (int round = 0; round < RANDOM_VALUES; round++) {
            StringBuilder text = new StringBuilder();
            GrammarState state = object;
            for (int tries = 0; tries < 600 && !state.mustEnd(); tries++) {
                int pick = random.nextInt(likely.length());
                String next = likely.substring(pick, pick + 1);
                GrammarState then = state.advance(next.getBytes(StandardCharsets.UTF_8));
                if (!then.isDead()) {
                    state = then;
                    text.append(next);
                }
            }
            if (state.mayEnd()) {
                complete++;
                try {
                    COMPACT.readTree(text.toString());
                } catch (JacksonException e) {
                    throw new AssertionError("seed %d: %s".formatted(seed, text), e);
                }
            }
        }

        assertThat(complete).isGreaterThan(RANDOM_VALUES / 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ }",
                "{\"a\":1}",
                "{\"a\": [1, 2.5e-3, -0, {\"b\": null}], \"c\": \"\\u00e9\\ud83d\\ude00\\n\"}",
                "{\n  \"a\": [\n    1\n  ]\n}",
                "{\r\n\t\"a\": true\r\n}"
            })
    void objectsAreAccepted(String text) {
        assertThat(accepts(start(JsonText.object()), text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{,}",
                "{\"a\":}",
                "{\"a\":01}",
                "{\"a\":1,}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\udc00\\ud800\"}",
                "{\"a\":\"\u0001\"}",
                "{a:1}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":tru}",
                "{}{}",
                "{  }",
                "{\n\n}",
                " {}",
                "{\"a\":NaN}",
                "{'a':1}",
                "{\"a\":1e1234}"
            })
    void otherTextsAreNot(String text) {
        assertThat(accepts(start(JsonText.object()), text)).isFalse();
    }

    @Test
    void whiteSpaceComesToAnEnd() {
        GrammarState state = start(JsonText.object());

        assertThat(accepts(state, "{\n" + " ".repeat(80) + "}")).isTrue();
        assertThat(state.advance(("{\n" + " ".repeat(81)).getBytes(StandardCharsets.UTF_8))
                        .isDead())
                .isTrue();
    }

    @Test
    void nestingComesToAnEnd() {
        GrammarState state = start(JsonText.value());

        assertThat(accepts(state, "[".repeat(90) + "]".repeat(90))).isTrue();
        assertThat(state.advance("[".repeat(200).getBytes(StandardCharsets.UTF_8))
                        .isDead())
                .isTrue();
    }

    @Test
    void contentMayBeWrittenBareOrEscaped() {
        GrammarState state = start(JsonText.string("aé😀\"\\/\n"));

        assertThat(accepts(state, "\"aé😀\\\"\\\\/\\n\"")).isTrue();
        assertThat(accepts(state, "\"\\u0061\\u00E9\\uD83d\\ude00\\u0022\\u005c\\/\\u000A\""))
                .isTrue();
        assertThat(accepts(state, "\"aé😀\"\\/\\n\"")).isFalse();
        assertThat(accepts(state, "\"b\"")).isFalse();
    }

    /** Each code point, bare and escaped by Jackson, against sets whose ends lie across every kind of border. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0-10FFFF",
                "61-7A",
                "E4-800",
                "FFF-1000",
                "D000-F000",
                "FFFF-10400",
                "103FF-1F600",
                "12345-10ABCD",
                "9-D"
            })
    void escapesOfASetAreThoseOfItsCodePoints(String range) {
        int first = Integer.parseInt(range.substring(0, range.indexOf('-')), 16);
        int last = Integer.parseInt(range.substring(range.indexOf('-') + 1), 16);
        GrammarState state = start(JsonText.character(CodePointSets.range(first, last)));
        int wrong = 0;
        for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x900 ? 1 : 31) {
            if (Character.getType(point) != Character.SURROGATE) {
                StringBuilder escaped = new StringBuilder();
                for (char unit : Character.toChars(point)) {
                    escaped.append("\\u%04x".formatted((int) unit));
                }
                boolean expected = point >= first && point <= last;
                String bare = COMPACT.writeValueAsString(Character.toString(point));
                wrong += accepts(state, escaped.toString()) == expected ? 0 : 1;
                wrong += accepts(
                                        state,
                                        escaped.toString()
                                                .toUpperCase(Locale.ROOT)
                                                .replace('U', 'u'))
                                == expected
                        ? 0
                        : 1;
                wrong += accepts(state, bare.substring(1, bare.length() - 1)) == expected ? 0 : 1;
            }
        }

        assertThat(wrong).isZero();
    }

    @Test
    void aPatternHoldsForTheDecodedContent() {
        GrammarState state = start(JsonText.string(RegularExpressions.read("[^\"]{2,3}\\n?")));

        assertThat(accepts(state, "\"ab\"")).isTrue();
        assertThat(accepts(state, "\"\\u0061b\\t\\n\"")).isTrue();
        assertThat(accepts(state, "\"a\\\"\"")).isFalse();
        assertThat(accepts(state, "\"\\u0022a\"")).isFalse();
    }

    @Test
    void contentWithRulesIsRefused() {
        assertThatThrownBy(() -> JsonText.string(JsonText.anyValue()))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("the rule \"json value\"");
    }

    @Test
    void aStringOfAThousandCharactersAtMostIsSmall() {
        Grammar grammar = Grammar.compile(
                new Definition(JsonText.string(new Repeat(new OneOf(CodePointSets.ALL), 10, 1_000)), Map.of()),
                GrammarLimits.DEFAULT);

        assertThat(grammar.byteSize()).isLessThan(600);
        assertThat(accepts(grammar.start(), "\"" + "é".repeat(1_000) + "\"")).isTrue();
        assertThat(accepts(grammar.start(), "\"" + "é".repeat(1_001) + "\"")).isFalse();
    }
}
