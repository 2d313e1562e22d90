package dev.molink.gateway.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AnswerSettingsTests {

    private static final String PREFIX = "molink.gateway.answers.";

    @Test
    void haveDefaults() {
        assertThat(bound(Map.of()))
                .isEqualTo(new AnswerSettings(
                        Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofMillis(500)));
    }

    @Test
    void areReadByTheirKeys() {
        AnswerSettings settings = bound(Map.of(
                PREFIX + "keep-alive", "1s",
                PREFIX + "stall", "2s",
                PREFIX + "queue-timeout", "0s",
                PREFIX + "disconnect-check", "4s"));

        assertThat(settings)
                .isEqualTo(new AnswerSettings(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ZERO, Duration.ofSeconds(4)));
    }

    @ParameterizedTest
    @CsvSource({"keep-alive,0s", "stall,-1s", "queue-timeout,-1s", "disconnect-check,0s"})
    void refuseWhatIsNoWaitByKey(String key, String value) {
        assertThatThrownBy(() -> bound(Map.of(PREFIX + key, value)))
                .isInstanceOf(BindException.class)
                .rootCause()
                .hasMessageContaining(PREFIX + key);
    }

    private static AnswerSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("molink.gateway.answers", AnswerSettings.class);
    }
}
