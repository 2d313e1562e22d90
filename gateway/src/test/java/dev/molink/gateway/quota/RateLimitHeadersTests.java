package dev.molink.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitHeadersTests {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0ms",
        "PT0.25S, 250ms",
        "PT1S, 1s",
        "PT1.000000001S, 2s",
        "PT59.2S, 1m0s",
        "PT6M, 6m0s",
        "PT23H59M58.5S, 23h59m59s",
        "P30D, 720h0m0s"
    })
    void writesDurationsAsGoDoesAndNeverTooShort(Duration duration, String text) {
        assertThat(RateLimitHeaders.text(duration)).isEqualTo(text);
    }
}
