package dev.molink.stagenode.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchingOptionTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auto",
                "molink",
                "molink:measured",
                "fixed:1",
                "fixed:16",
                "fixed:3@whole",
                "molink:measured@256",
                "auto@16"
            })
    void readsWhatItPrints(String text) {
        assertThat(BatchingOption.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Auto", "fixed", "fixed:", "fixed:-1", "fixed:x", "molink:2", "fixed:9999999999"})
    void namesWhatIsAllowed(String text) {
        assertThatThrownBy(() -> BatchingOption.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "batching '%s' is unknown; auto, molink, molink:measured and fixed:N with N from 1 to 16 are allowed",
                        text);
    }

    @Test
    void refusesGroupsOutOfRange() {
        assertThatThrownBy(() -> BatchingOption.parse("fixed:17"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batching fixed:17 is out of range; fixed:1 to fixed:16 are allowed");
        assertThatThrownBy(() -> BatchingOption.parse("fixed:0")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"auto@", "auto@15", "fixed:3@8193", "auto@-1", "auto@whole@16", "molink@Whole", "auto@999999"})
    void namesWhichPiecesAreAllowed(String text) {
        assertThatThrownBy(() -> BatchingOption.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the prefill piece of batching '%s' is not allowed; after @ stands whole or a number of tokens from 16 to 8192",
                        text);
    }

    @Test
    void keepsTheGroupsAndFixesThePiece() {
        Measurements none = Measurements.none(3, 64, 256);
        BatchingPolicy pieces = BatchingOption.parse("fixed:5@512").policy();
        BatchingPolicy whole = BatchingOption.parse("molink@whole").policy();

        Decision first = pieces.decide(0, none, Pipelines.load(0, 9));

        assertThat(first.decodeGroups()).isEqualTo(5);
        assertThat(first.pieceTokens()).isEqualTo(512);
        assertThat(first.reason()).endsWith("pieces of 512 tokens, fixed");
        assertThat(pieces.decide(1, none, Pipelines.load(0, 9))).isSameAs(first);
        assertThat(whole.decide(0, none, Pipelines.load(0, 2)).pieceTokens()).isEqualTo(Decision.WHOLE_PROMPT);
        assertThat(whole.decide(0, none, Pipelines.load(0, 2)).decodeGroups()).isEqualTo(2);
    }
}
