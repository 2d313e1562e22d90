package dev.molink.stagenode.speculation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeculationOptionTests {

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off", "1", "16"})
    void readsWhatItPrints(String text) {
        assertThat(SpeculationOption.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "on", "-1", "4.5", "9999999999"})
    void namesWhatIsAllowed(String text) {
        assertThatThrownBy(() -> SpeculationOption.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "speculation '%s' is unknown; auto, off and a number of drafts from 1 to 16 are allowed", text);
    }

    @Test
    void refusesNumbersOutOfRange() {
        assertThatThrownBy(() -> SpeculationOption.parse("17"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("speculation of 17 drafts is out of range; 1 to 16 are allowed");
        assertThatThrownBy(() -> SpeculationOption.parse("0")).isInstanceOf(IllegalArgumentException.class);
    }
}
