package dev.molink.gateway.usage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.gateway.testing.TestGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageSettingsTests {

    @ParameterizedTest
    @ValueSource(longs = {-1, 3601})
    void refusesAGraceThatIsOutOfRangeWithItsKey(long seconds) {
        assertThatThrownBy(() -> new UsageSettings(Duration.ofSeconds(seconds)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("molink.gateway.usage.grace must be between 0s and 1h");
    }

    @Test
    void takesAGraceThatIsShorterThanTheLeasesWait() {
        UsageSettings settings = new UsageSettings(Duration.ofSeconds(10));

        assertThatCode(() -> settings.requireShorterThan(Duration.ofSeconds(11)))
                .doesNotThrowAnyException();
    }

    /** Else a lease is given up while its request's record still waits for a head, and others spend what it has used. */
    @Test
    void theStartNamesBothSettingsWhereALeaseWouldNotOutliveTheGrace(@TempDir Path folder) {
        Map<String, Object> settings =
                Map.of("molink.gateway.usage.grace", "15s", "molink.limits.settlement-grace", "15s");

        assertThatThrownBy(() -> TestGateway.start(folder, settings).close())
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("molink.limits.settlement-grace must be longer than molink.gateway.usage.grace,"
                        + " but they are PT15S and PT15S");
    }
}
