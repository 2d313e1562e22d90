package dev.molink.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteTextTests {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 KiB",
        "1536, 1.5 KiB",
        "222298112, 212 MiB",
        "1073741824, 1.0 GiB",
        "15032385536, 14 GiB",
        "9223372036854775807, 8388608 TiB"
    })
    void hasAtMostThreeDigitsAndTheUnitThatFits(long bytes, String text) {
        assertThat(ByteText.of(bytes)).isEqualTo(text);
    }
}
