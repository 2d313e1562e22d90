package dev.molink.controlplane.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.keys.KeySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;

class SettingsTests {

    @Test
    void databaseDefaults() {
        DatabaseSettings settings = bind("molink.database", DatabaseSettings.class, Map.of());

        assertThat(settings).isEqualTo(new DatabaseSettings(null, "molink", "", 10));
        assertThat(settings.urlIn(Path.of("/data")))
                .isEqualTo("jdbc:h2:file:/data/molink;MODE=PostgreSQL;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
    }

    @Test
    void databaseMapping() {
        DatabaseSettings settings = bind(
                "molink.database",
                DatabaseSettings.class,
                Map.of(
                        "molink.database.url", "jdbc:postgresql://db:5432/molink",
                        "molink.database.user", "anna",
                        "molink.database.password", "secret",
                        "molink.database.max-connections", "30"));

        assertThat(settings).isEqualTo(new DatabaseSettings("jdbc:postgresql://db:5432/molink", "anna", "secret", 30));
        assertThat(settings.urlIn(Path.of("/data"))).isEqualTo("jdbc:postgresql://db:5432/molink");
    }

    @Test
    void databaseRejections() {
        assertThatThrownBy(() -> new DatabaseSettings("jdbc:mysql://db/x?password=secret", "molink", "", 10))
                .hasMessage("molink.database.url must start with jdbc:postgresql: or jdbc:h2:, but it is"
                        + " 'jdbc:mysql://db/x?password=***'");
        assertRejected(
                "molink.database",
                DatabaseSettings.class,
                Map.of("molink.database.max-connections", "1"),
                "molink.database.max-connections must be between 2 and 1000, but it is 1");
    }

    @Test
    void thePasswordIsNotPrinted() {
        String url = "jdbc:postgresql://db/molink?user=anna&password=secret1";

        assertThat(new DatabaseSettings(url, "anna", "secret2", 10).toString()).doesNotContain("secret");
    }

    @Test
    void keyDefaultsAndMapping() {
        assertThat(bind("molink.keys", KeySettings.class, Map.of()))
                .isEqualTo(new KeySettings("live", null, Duration.ofMillis(500), 100_000));
        assertThat(bind(
                        "molink.keys",
                        KeySettings.class,
                        Map.of(
                                "molink.keys.environment", "test",
                                "molink.keys.pepper-file", "/secrets/peppers",
                                "molink.keys.change-poll", "100ms",
                                "molink.keys.max-cached", "1000")))
                .isEqualTo(new KeySettings("test", Path.of("/secrets/peppers"), Duration.ofMillis(100), 1000));
    }

    @Test
    void keyRejections() {
        assertRejected(
                "molink.keys",
                KeySettings.class,
                Map.of("molink.keys.environment", "LIVE"),
                "molink.keys.environment must be 1 to 12 lower-case letters and digits, but it is 'LIVE'");
        assertRejected(
                "molink.keys",
                KeySettings.class,
                Map.of("molink.keys.change-poll", "2s"),
                "molink.keys.change-poll must be between 50ms and 1s, but it is PT2S");
        assertRejected(
                "molink.keys",
                KeySettings.class,
                Map.of("molink.keys.max-cached", "5"),
                "molink.keys.max-cached must be at least 100, but it is 5");
    }

    private static void assertRejected(String prefix, Class<?> type, Map<String, String> values, String message) {
        assertThatThrownBy(() -> bind(prefix, type, values))
                .satisfies(failure -> assertThat(NestedExceptionUtils.getMostSpecificCause(failure))
                        .hasMessage(message));
    }

    private static <T> T bind(String prefix, Class<T> type, Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate(prefix, type);
    }
}
