package dev.molink.stagenode.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchingOptionTests {

    @ParameterizedTest
    @ValueSource(strings = {"auto", "molink", "molink:measured", "fixed:1", "fixed:16"})
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
}
