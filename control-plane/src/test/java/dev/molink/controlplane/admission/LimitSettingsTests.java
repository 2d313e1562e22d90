package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class LimitSettingsTests {

    @Test
    void hasDefaults() {
        LimitSettings settings = bind(Map.of());

        assertThat(settings)
                .isEqualTo(new LimitSettings(
                        ZoneId.of("UTC"),
                        256,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1),
                        2000,
                        new BigDecimal("0.02"),
                        Duration.ofMinutes(1),
                        List.of(80, 100)));
    }

    @Test
    void takesEveryKey() {
        LimitSettings settings = bind(Map.of(
                "molink.limits.zone", "Europe/Berlin",
                "molink.limits.lease-tokens", "64",
                "molink.limits.expiry", "30s",
                "molink.limits.return-wait", "250ms",
                "molink.limits.max-waiting", "7",
                "molink.limits.outage-allowance", "0",
                "molink.limits.settlement-grace", "5m",
                "molink.limits.budget-thresholds", "50,90"));

        assertThat(settings)
                .isEqualTo(new LimitSettings(
                        ZoneId.of("Europe/Berlin"),
                        64,
                        Duration.ofSeconds(30),
                        Duration.ofMillis(250),
                        7,
                        BigDecimal.ZERO,
                        Duration.ofMinutes(5),
                        List.of(50, 90)));
    }

    @ParameterizedTest
    @CsvSource({
        "lease-tokens, 0",
        "expiry, 1s",
        "return-wait, 11s",
        "max-waiting, -1",
        "outage-allowance, 1.5",
        "settlement-grace, 1s",
        "budget-thresholds, 0"
    })
    void refusesWhatIsOutOfRangeWithItsKey(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of("molink.limits." + key, value)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("molink.limits." + key + " must be");
    }

    private static LimitSettings bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("molink.limits", LimitSettings.class);
    }
}
