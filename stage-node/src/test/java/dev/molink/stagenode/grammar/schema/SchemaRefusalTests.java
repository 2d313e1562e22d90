package dev.molink.stagenode.grammar.schema;

import static dev.molink.stagenode.grammar.schema.SchemaRefusedException.Reason.TOO_LARGE;
import static dev.molink.stagenode.grammar.schema.SchemaRefusedException.Reason.UNSUPPORTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.molink.stagenode.grammar.schema.SchemaRefusedException.Reason;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and that the refusal names keyword, place and reason. */
class SchemaRefusalTests {

    private static SchemaRefusedException refusal(String schema) {
        return refusal(schema, SchemaLimits.DEFAULT);
    }

    private static SchemaRefusedException refusal(String schema, SchemaLimits limits) {
        return catchThrowableOfType(SchemaRefusedException.class, () -> JsonSchema.compile(schema, limits));
    }

    private static void assertRefused(String schema, String keyword, String pointer, Reason reason) {
        SchemaRefusedException refusal = refusal(schema);

        assertThat(refusal).as(schema).isNotNull();
        assertThat(refusal.keyword()).as(refusal.getMessage()).isEqualTo(keyword);
        assertThat(refusal.pointer()).as(refusal.getMessage()).isEqualTo(pointer);
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
        assertThat(refusal).hasMessageContaining("'#" + pointer + "'");
    }

    @Nested
    class UnsupportedKeywords {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "not",
                    "if",
                    "then",
                    "else",
                    "contains",
                    "minContains",
                    "maxContains",
                    "dependentRequired",
                    "dependentSchemas",
                    "dependencies",
                    "unevaluatedProperties",
                    "unevaluatedItems",
                    "additionalItems",
                    "$dynamicRef",
                    "$dynamicAnchor",
                    "$recursiveRef",
                    "$recursiveAnchor",
                    "$vocabulary",
                    "nullable",
                    "id",
                    "extends",
                    "disallow",
                    "divisibleBy",
                    "formatMinimum",
                    "x-order",
                    "propertis"
                })
        void isRefusedByNameWhereverItStands(String keyword) {
            assertRefused("{\"%s\": {}}".formatted(keyword), keyword, "", UNSUPPORTED);
            assertRefused(
                    "{\"properties\": {\"a/b\": {\"items\": {\"%s\": true}}}}".formatted(keyword),
                    keyword,
                    "/properties/a~1b/items",
                    UNSUPPORTED);
            assertRefused(
                    "{\"$defs\": {\"unused\": {\"anyOf\": [true, {\"%s\": 1}]}}}".formatted(keyword),
                    keyword,
                    "/$defs/unused/anyOf/1",
                    UNSUPPORTED);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # uses of supported keywords that are not supported
            {"uniqueItems": true}                                            | uniqueItems | `` | UNSUPPORTED
            {"items": [{"type": "null"}]}                                    | items | `` | UNSUPPORTED
            {"format": "duration"}                                           | format | `` | UNSUPPORTED
            {"items": {"format": "x"}}                                       | format | /items | UNSUPPORTED
            {"pattern": "(?=a)b"}                                            | pattern | `` | UNSUPPORTED
            {"pattern": "(a)\\\\1"}                                          | pattern | `` | UNSUPPORTED
            {"patternProperties": {"(?<!a)b": {}}}                           | patternProperties | `` | UNSUPPORTED
            {"$ref": "https://example.com/s"}                                | $ref | `` | UNSUPPORTED
            {"$ref": "other.json#/a"}                                        | $ref | `` | UNSUPPORTED
            {"properties": {"a": {"$id": "b"}}}                              | $id | /properties/a | UNSUPPORTED
            {"type": "object", "minProperties": 2}                           | minProperties | `` | UNSUPPORTED
            {"type": "object", "required": ["a"], "minProperties": 3}        | minProperties | `` | UNSUPPORTED
            {"oneOf": [{"type": "integer"}, {"type": "number"}]}             | oneOf | `` | UNSUPPORTED
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}            | oneOf | `` | UNSUPPORTED
            {"oneOf": [{"type": "string"}, {"minLength": 3}]}                | oneOf | `` | UNSUPPORTED
            {"oneOf": [{"pattern": "^a"}, {"pattern": "b$"}], "type": "string"} | oneOf | `` | UNSUPPORTED
            {"properties": {"x": {"oneOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}}} | oneOf | /properties/x | UNSUPPORTED
            # impossible
            false                                                            | `` | `` | IMPOSSIBLE
            {"enum": []}                                                     | enum | `` | IMPOSSIBLE
            {"type": "string", "enum": [1, 2]}                               | enum | `` | IMPOSSIBLE
            {"type": "string", "const": "ab", "maxLength": 1}                | const | `` | IMPOSSIBLE
            {"const": 1, "enum": [2]}                                        | const | `` | IMPOSSIBLE
            {"minItems": 3, "maxItems": 2}                                   | maxItems | `` | IMPOSSIBLE
            {"minLength": 3, "maxLength": 2}                                 | maxLength | `` | IMPOSSIBLE
            {"minProperties": 3, "maxProperties": 2}                         | maxProperties | `` | IMPOSSIBLE
            {"minimum": 3, "maximum": 2}                                     | maximum | `` | IMPOSSIBLE
            {"minimum": 3, "exclusiveMaximum": 3}                            | exclusiveMaximum | `` | IMPOSSIBLE
            {"type": "integer", "minimum": 0.2, "maximum": 0.8}              | maximum | `` | IMPOSSIBLE
            {"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 5} | exclusiveMaximum | `` | IMPOSSIBLE
            {"type": "integer", "multipleOf": 7, "minimum": 1, "maximum": 6} | maximum | `` | IMPOSSIBLE
            {"items": {"minItems": 3, "maxItems": 2}}                        | maxItems | /items | IMPOSSIBLE
            {"required": ["a"], "additionalProperties": false}               | required | `` | IMPOSSIBLE
            {"properties": {"a": false}, "required": ["a"]}                  | required | `` | IMPOSSIBLE
            {"required": ["a", "b"], "maxProperties": 1}                     | maxProperties | `` | IMPOSSIBLE
            {"properties": {"a": {}}, "additionalProperties": false, "minProperties": 2} | minProperties | `` | IMPOSSIBLE
            {"prefixItems": [{}], "items": false, "minItems": 2}             | minItems | `` | IMPOSSIBLE
            {"allOf": [{"type": "string"}, {"type": "null"}]}                | allOf | `` | IMPOSSIBLE
            {"type": "string", "anyOf": [{"type": "null"}, {"type": "array"}]} | anyOf | `` | IMPOSSIBLE
            {"type": "object", "properties": {"a": {"allOf": [{"const": 1}, {"const": 2}]}}, "required": ["a"]} | allOf | /properties/a | IMPOSSIBLE
            {"type": "string", "pattern": "^a{3}$", "maxLength": 2}          | pattern | `` | IMPOSSIBLE
            {"type": "object", "propertyNames": {"maxLength": 1}, "required": ["ab"]} | `` | `` | IMPOSSIBLE
            {"type": "object", "properties": {"me": {"$ref": "#"}}, "required": ["me"]} | $ref | /properties/me | IMPOSSIBLE
            {"type": "array", "items": {"$ref": "#"}, "minItems": 1}         | $ref | /items | IMPOSSIBLE
            {"$ref": "#"}                                                    | $ref | `` | IMPOSSIBLE
            {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}} | $ref | /$defs/a | IMPOSSIBLE
            # no schema
            ``                                                               | `` | `` | MALFORMED
            {                                                                | `` | `` | MALFORMED
            {} {}                                                            | `` | `` | MALFORMED
            []                                                               | `` | `` | MALFORMED
            "string"                                                         | `` | `` | MALFORMED
            {"type": "string", "type": "null"}                               | `` | `` | MALFORMED
            {"type": "text"}                                                 | type | `` | MALFORMED
            {"type": []}                                                     | type | `` | MALFORMED
            {"type": 1}                                                      | type | `` | MALFORMED
            {"type": ["string", 1]}                                          | type | `` | MALFORMED
            {"enum": "a"}                                                    | enum | `` | MALFORMED
            {"properties": []}                                               | properties | `` | MALFORMED
            {"properties": {"a": 1}}                                         | properties | `` | MALFORMED
            {"required": "a"}                                                | required | `` | MALFORMED
            {"required": [1]}                                                | required | `` | MALFORMED
            {"items": 1}                                                     | items | `` | MALFORMED
            {"anyOf": []}                                                    | anyOf | `` | MALFORMED
            {"allOf": {}}                                                    | allOf | `` | MALFORMED
            {"minLength": -1}                                                | minLength | `` | MALFORMED
            {"maxItems": 1.5}                                                | maxItems | `` | MALFORMED
            {"maxItems": "1"}                                                | maxItems | `` | MALFORMED
            {"exclusiveMinimum": true}                                       | exclusiveMinimum | `` | MALFORMED
            {"multipleOf": 0}                                                | multipleOf | `` | MALFORMED
            {"multipleOf": -2}                                               | multipleOf | `` | MALFORMED
            {"pattern": "("}                                                 | pattern | `` | MALFORMED
            {"pattern": 1}                                                   | pattern | `` | MALFORMED
            {"format": 1}                                                    | format | `` | MALFORMED
            {"$ref": "#/$defs/none"}                                         | $ref | `` | MALFORMED
            {"$ref": "#none"}                                                | $ref | `` | MALFORMED
            {"$ref": "#%zz"}                                                 | $ref | `` | MALFORMED
            {"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}}        | $anchor | /$defs/b | MALFORMED
            {"enum": ["\\uD800"]}                                            | `` | `` | MALFORMED
            {"properties": {"\\uDC00": {}}}                                  | `` | `` | MALFORMED
            # too large
            {"minLength": 3000000000}                                        | minLength | `` | TOO_LARGE
            {"type": "string", "pattern": "a.*b", "maxLength": 3000}         | pattern | `` | TOO_LARGE
            {"minimum": 1e400}                                               | minimum | `` | TOO_LARGE
            {"type": "integer", "multipleOf": 9973}                          | multipleOf | `` | TOO_LARGE
            {"type": "string", "pattern": "^[ab]*a[ab]{20}$", "minLength": 30} | pattern | `` | TOO_LARGE
            """)
    void namesKeywordPlaceAndReason(String schema, String keyword, String pointer, Reason reason) {
        assertRefused(schema, keyword, pointer, reason);
    }

    @Nested
    class Limits {

        @Test
        void boundTheTextOfTheSchema() {
            String schema = "{\"title\": \"%s\"}".formatted("x".repeat(256 << 10));

            SchemaRefusedException refusal = refusal(schema);

            assertThat(refusal.reason()).isEqualTo(TOO_LARGE);
            assertThat(refusal).hasMessageContaining("allowed are 262144");
        }

        @Test
        void boundTheDepth() {
            String schema = "{\"items\":".repeat(65) + "true" + "}".repeat(65);

            assertThat(refusal(schema).reason()).isEqualTo(TOO_LARGE);
        }

        @Test
        void boundTheNumberOfSchemas() {
            String schema = "{\"anyOf\": [%s]}".formatted("true,".repeat(5_000) + "true");

            SchemaRefusedException refusal = refusal(schema);

            assertThat(refusal.reason()).isEqualTo(TOO_LARGE);
            assertThat(refusal.keyword()).isEqualTo("anyOf");
        }

        @Test
        void boundTheValuesOfAnEnum() {
            SchemaRefusedException refusal = refusal("{\"enum\": [%s]}".formatted(numbers(1_001)));

            assertThat(refusal.reason()).isEqualTo(TOO_LARGE);
            assertThat(refusal.keyword()).isEqualTo("enum");
            assertThat(refusal("{\"enum\": [%s]}".formatted(numbers(1_000)))).isNull();
        }

        private static String numbers(int count) {
            return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(","));
        }

        @Test
        void boundTheProperties() {
            String properties =
                    IntStream.range(0, 1_001).mapToObj("\"p%d\": {}"::formatted).collect(Collectors.joining(","));

            SchemaRefusedException refusal = refusal("{\"properties\": {%s}}".formatted(properties));

            assertThat(refusal.reason()).isEqualTo(TOO_LARGE);
            assertThat(refusal.keyword()).isEqualTo("properties");
        }

        @Test
        void boundAChainOfReferences() {
            String chain = IntStream.range(0, 40)
                    .mapToObj(i -> "\"d%d\": {\"$ref\": \"#/$defs/d%d\"}".formatted(i, i + 1))
                    .collect(Collectors.joining(","));

            SchemaRefusedException refusal =
                    refusal("{\"$ref\": \"#/$defs/d0\", \"$defs\": {%s, \"d40\": {}}}".formatted(chain));

            assertThat(refusal.reason()).isEqualTo(TOO_LARGE);
            assertThat(refusal.keyword()).isEqualTo("$ref");
        }

        @Test
        void boundAlternativesThatMultiply() {
            String choice = IntStream.range(0, 20)
                    .mapToObj(i -> "{\"properties\": {\"p%d\": {\"type\": \"null\"}}}".formatted(i))
                    .collect(Collectors.joining(","));

            SchemaRefusedException refusal = refusal(
                    "{\"type\": \"object\", \"allOf\": [{\"anyOf\": [%s]}, {\"anyOf\": [%s]}, {\"anyOf\": [%s]}]}"
                            .formatted(choice, choice, choice));

            assertThat(refusal.reason()).isEqualTo(TOO_LARGE);
        }

        @Test
        void boundWhatMeetsInRecursion() {
            String lists = IntStream.range(1, 14)
                    .mapToObj(i -> "{\"prefixItems\": [%s], \"items\": {\"$ref\": \"#/$defs/l%d\"}}"
                            .formatted("{},".repeat(i - 1) + "{\"$ref\": \"#/$defs/l%d\"}".formatted(i), i))
                    .collect(Collectors.joining(","));
            String definitions = IntStream.range(1, 14)
                    .mapToObj(i -> "\"l%d\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/l%d\"}}"
                            .formatted(i, i % 13 + 1))
                    .collect(Collectors.joining(","));

            SchemaRefusedException refusal = refusal(
                    "{\"allOf\": [%s], \"$defs\": {%s}}".formatted(lists, definitions),
                    new SchemaLimits(1 << 20, 64, 5_000, 1_000, 1_000, 32, 256, 20, 5_000));

            assertThat(refusal.reason()).isEqualTo(TOO_LARGE);
            assertThat(refusal).hasMessageContaining("combinations");
        }

        @Test
        void boundTheWorkOfManyAutomata() {
            String patterns = IntStream.range(0, 2_000)
                    .mapToObj(i -> "{\"pattern\": \"^[a-z]{500}x{%d}$\", \"minLength\": 600}".formatted(i))
                    .collect(Collectors.joining(","));

            SchemaRefusedException refusal = refusal("{\"prefixItems\": [%s]}".formatted(patterns));

            assertThat(refusal.reason()).isEqualTo(TOO_LARGE);
            assertThat(refusal.keyword()).isEqualTo("pattern");
        }
    }

    @Test
    void anOptionalPartThatIsImpossibleIsLeftOut() {
        var definition = JsonSchema.compile(
                "{\"type\": \"object\", \"properties\": {\"a\": {\"allOf\": [{\"type\": \"null\"}, {\"type\": \"string\"}]}}}",
                SchemaLimits.DEFAULT);

        assertThat(LanguageMatcher.matches(definition, "{}")).isTrue();
        assertThat(LanguageMatcher.matches(definition, "{\"b\":1}")).isTrue();
        assertThat(LanguageMatcher.matches(definition, "{\"a\":null}")).isFalse();
    }
}
