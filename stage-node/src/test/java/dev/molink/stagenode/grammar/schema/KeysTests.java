package dev.molink.stagenode.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.grammar.Language.Definition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a named member cannot come twice, in whatever way its key is written. */
class KeysTests {

    private static final Definition OPEN = JsonSchema.compile(
            "{\"type\": \"object\", \"properties\": {\"ab\": {\"type\": \"integer\"}, \"a\\\"\": {\"type\": \"integer\"}},"
                    + " \"required\": [\"ab\"]}",
            SchemaLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ab\":1,\"ab\":2}",
                "{\"ab\":1,\"ab\":\"x\"}",
                "{\"ab\":1,\"\\u0061b\":\"x\"}",
                "{\"\\u0061\\u0062\":\"x\",\"ab\":1}",
                "{\"\\u0061b\":1}",
                "{\"ab\":1,\"a\\\"\":\"x\"}",
                "{\"ab\":1,\"a\\u0022\":\"x\"}"
            })
    void refusesASecondSpellingOfANamedKey(String text) {
        assertThat(LanguageMatcher.matches(OPEN, text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ab\":1}",
                "{\"abc\":\"x\",\"ab\":1}",
                "{\"a\":\"x\",\"ab\":1,\"\":null,\"b\":{}}",
                "{\"a\\\"\":5,\"ab\":1,\"a\\\\\":\"x\"}"
            })
    void takesOtherKeysBesideIt(String text) {
        assertThat(LanguageMatcher.matches(OPEN, text)).isTrue();
    }

    @Test
    void sameKeysOfOtherMembersDoNotCountTwiceForTheFewest() {
        Definition one = JsonSchema.compile("{\"type\": \"object\", \"minProperties\": 1}", SchemaLimits.DEFAULT);

        assertThat(LanguageMatcher.matches(one, "{}")).isFalse();
        assertThat(LanguageMatcher.matches(one, "{\"a\":1}")).isTrue();
    }
}
