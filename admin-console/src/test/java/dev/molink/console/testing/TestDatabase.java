package dev.molink.console.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Gives every console of a test a new and empty database. The system property {@code molink.test.database} chooses which:
 * {@code h2}, the default, in memory, or {@code postgresql}, on one server per test JVM.
 *
 * <p>As an extension it skips the classes that no server starts for, before Spring would call it a failed start.
 */
public final class TestDatabase
        implements ApplicationContextInitializer<ConfigurableApplicationContext>, BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext tests) {
        if (onPostgresql()) {
            Server.running();
        }
    }

    @Override
    public void initialize(ConfigurableApplicationContext console) {
        TestPropertyValues.of(settings()).applyTo(console);
    }

    /** What a console must be told to use a new database. */
    public static Map<String, String> settings() {
        String name = "console_" + UUID.randomUUID().toString().replace('-', '_');
        if (onPostgresql()) {
            return Map.of("molink.database.url", Server.running().database(name), "molink.database.user", Server.USER);
        }
        return Map.of("molink.database.url", "jdbc:h2:mem:%s;MODE=PostgreSQL;DB_CLOSE_DELAY=-1".formatted(name));
    }

    private static boolean onPostgresql() {
        String chosen = System.getProperty("molink.test.database", "h2").toLowerCase(Locale.ROOT);
        return switch (chosen) {
            case "h2" -> false;
            case "postgresql" -> true;
            default -> throw new IllegalArgumentException("molink.test.database is h2 or postgresql, not " + chosen);
        };
    }

    /** One server for the whole test run; without one its tests are skipped, or fail where {@code CI=true}. */
    private static final class Server {

        static final String USER = "postgres";

        private static @Nullable Server running;
        private static @Nullable String absence;

        private final EmbeddedPostgres postgres;

        private Server(EmbeddedPostgres postgres) {
            this.postgres = postgres;
        }

        static synchronized Server running() {
            if (running == null && absence == null) {
                start();
            }
            if (running == null && Boolean.parseBoolean(System.getenv("CI"))) {
                throw new IllegalStateException("CI needs a PostgreSQL, and none starts on this machine: " + absence);
            }
            Assumptions.assumeTrue(
                    running != null, "SKIPPED, NOT PASSED: PostgreSQL does not start on this machine: " + absence);
            return Objects.requireNonNull(running);
        }

        private static void start() {
            try {
                running = new Server(EmbeddedPostgres.builder().start());
            } catch (IOException | IllegalStateException cannot) {
                absence = String.valueOf(cannot.getMessage());
            }
        }

        /** Makes a database and returns its URL. */
        String database(String name) {
            try (Connection connection = postgres.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            } catch (SQLException failed) {
                throw new IllegalStateException("the server makes no database " + name, failed);
            }
            return postgres.getJdbcUrl(USER, name);
        }
    }
}
