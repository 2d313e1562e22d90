package dev.molink.stagenode.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.grammar.Grammar;
import dev.molink.stagenode.grammar.GrammarLimits;
import dev.molink.stagenode.grammar.GrammarState;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Schemas whose automata have long ways. */
class LongTextsTests {

    private static boolean accepts(String schema, String text) {
        GrammarState start = Grammar.compile(JsonSchema.compile(schema, SchemaLimits.DEFAULT), GrammarLimits.DEFAULT)
                .start();
        return start.advance(text.getBytes(StandardCharsets.UTF_8)).mayEnd();
    }

    @Test
    void patternAndLengthHoldForLongStrings() {
        String schema = "{\"type\": \"string\", \"pattern\": \"^[a-z][a-z0-9_]*$\", \"maxLength\": 255}";

        assertThat(accepts(schema, "\"" + "a".repeat(255) + "\"")).isTrue();
        assertThat(accepts(schema, "\"" + "a".repeat(256) + "\"")).isFalse();
    }

    @Test
    void aSearchedPatternAndALengthHoldForLongStrings() {
        String schema = "{\"type\": \"string\", \"pattern\": \"a.*b\", \"maxLength\": 200}";

        assertThat(accepts(schema, "\"" + "x".repeat(150) + "a" + "x".repeat(40) + "b\""))
                .isTrue();
        assertThat(accepts(schema, "\"" + "x".repeat(150) + "a" + "x".repeat(50) + "b\""))
                .isFalse();
    }

    @Test
    void aLoopOfSeveralStatesHoldsForLongStrings() {
        String schema = "{\"type\": \"string\", \"pattern\": \"^(abc)*$\", \"minLength\": 10}";

        assertThat(accepts(schema, "\"" + "abc".repeat(100) + "\"")).isTrue();
        assertThat(accepts(schema, "\"" + "abc".repeat(100) + "a\"")).isFalse();
        assertThat(accepts(schema, "\"abcabcabc\"")).isFalse();
    }

    @Test
    void namesMayBeLong() {
        String name = "n".repeat(300);
        String schema = "{\"type\": \"object\", \"properties\": {\"%s\": {\"type\": \"null\"}}}".formatted(name);

        assertThat(accepts(schema, "{\"%s\":null,\"%sx\":1}".formatted(name, name)))
                .isTrue();
        assertThat(accepts(schema, "{\"%s\":1}".formatted(name))).isFalse();
    }

    @Test
    void anOpenObjectMayNameManyProperties() {
        String properties = IntStream.range(0, 300)
                .mapToObj("\"property_%d\": {\"type\": \"integer\"}"::formatted)
                .collect(Collectors.joining(","));
        String schema = "{\"type\": \"object\", \"properties\": {%s}}".formatted(properties);

        assertThat(accepts(schema, "{\"property_299\":1,\"property_300\":\"x\"}"))
                .isTrue();
        assertThat(accepts(schema, "{\"property_299\":\"x\"}")).isFalse();
    }

    @Test
    void boundsMayHaveManyDigits() {
        String schema = "{\"type\": \"integer\", \"minimum\": %s, \"maximum\": %s}"
                .formatted("1" + "0".repeat(59), "1" + "0".repeat(58) + "5");

        assertThat(accepts(schema, "1" + "0".repeat(58) + "3")).isTrue();
        assertThat(accepts(schema, "1" + "0".repeat(58) + "6")).isFalse();
    }

    @Test
    void divisorsMayHaveThreeDigits() {
        String schema = "{\"type\": \"integer\", \"multipleOf\": 128}";

        assertThat(accepts(schema, Long.toString(128L * 7_812_499_999_999L))).isTrue();
        assertThat(accepts(schema, Long.toString(128L * 7_812_499_999_999L + 1)))
                .isFalse();
    }

    @Test
    void aListMayBeginWithManyKindsOfElements() {
        String schema = "{\"type\": \"array\", \"prefixItems\": [%s], \"items\": false}"
                .formatted("{\"type\": \"null\"},{\"type\": \"integer\"},".repeat(250) + "{\"type\": \"null\"}");

        assertThat(accepts(schema, "[" + "null,1,".repeat(250) + "null]")).isTrue();
        assertThat(accepts(schema, "[" + "null,1,".repeat(250) + "1]")).isFalse();
    }
}
