package dev.molink.gateway.testing;

import dev.molink.controlplane.storage.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The product's databases. The system property {@code molink.test.database} chooses the one that this run's gateways get:
 * {@code h2}, the default, or {@code postgresql}.
 *
 * <p>Every folder has a database of its own, which a second gateway in that folder finds again. It starts as a copy of one
 * that is migrated once per test JVM, so that a start only validates; db-migrations tests the migrations themselves.
 */
public enum TestDatabase {
    H2 {
        @Override
        Map<String, Object> settings(Path data) throws IOException {
            Path file = data.resolve(H2_FILE);
            if (!Files.exists(file)) {
                Files.createDirectories(data);
                Files.copy(H2Template.FILE, file);
            }
            return Map.of();
        }
    },
    POSTGRESQL {
        @Override
        Map<String, Object> settings(Path data) {
            return Map.of("molink.database.url", Server.running().database(data), "molink.database.user", Server.USER);
        }
    };

    private static final String H2_FILE = "molink.mv.db";

    /** The database of this run. */
    public static TestDatabase chosen() {
        return valueOf(System.getProperty("molink.test.database", "h2").toUpperCase(Locale.ROOT));
    }

    /** What a gateway with its files in {@code data} must be told to use the database that belongs to them. */
    abstract Map<String, Object> settings(Path data) throws IOException;

    private static void migrate(String url, String user, String vendor) {
        Flyway.configure()
                .dataSource(url, user, "")
                .locations("classpath:db/migration", "classpath:db/" + vendor)
                .load()
                .migrate();
    }

    /** A migrated file, made when the first gateway needs it. */
    private static final class H2Template {

        static final Path FILE = make();

        private static Path make() {
            try {
                Path folder = Files.createTempDirectory("molink-h2");
                DatabaseSettings defaults = new DatabaseSettings(null, "molink", "", 10);
                migrate(defaults.urlIn(folder), defaults.user(), "h2");
                Path file = folder.resolve(H2_FILE);
                folder.toFile().deleteOnExit();
                file.toFile().deleteOnExit();
                return file;
            } catch (IOException failed) {
                throw new ExceptionInInitializerError(failed);
            }
        }
    }

    /** One server for the whole test run; without one its tests are skipped, or fail where {@code CI=true}. */
    private static final class Server {

        static final String USER = "postgres";
        private static final String TEMPLATE = "migrated";

        private static @Nullable Server running;
        private static @Nullable String absence;

        private final EmbeddedPostgres postgres;
        private final Map<Path, String> databases = new HashMap<>();

        private int made;

        private Server(EmbeddedPostgres postgres) {
            this.postgres = postgres;
            execute("CREATE DATABASE " + TEMPLATE + " TEMPLATE template0");
            migrate(url(TEMPLATE), USER, "postgresql");
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
            EmbeddedPostgres started;
            try {
                started = EmbeddedPostgres.builder().start();
            } catch (IOException | IllegalStateException cannot) {
                absence = String.valueOf(cannot.getMessage());
                return;
            }
            running = new Server(started);
        }

        /** The URL of the database that belongs to {@code data}; those of folders that are gone go as well. */
        synchronized String database(Path data) {
            Path folder = data.toAbsolutePath();
            String known = databases.get(folder);
            if (known != null) {
                return url(known);
            }
            databases.entrySet().removeIf(each -> !Files.exists(each.getKey()) && drop(each.getValue()));
            String name = "test_" + made++;
            execute("CREATE DATABASE %s TEMPLATE %s".formatted(name, TEMPLATE));
            databases.put(folder, name);
            return url(name);
        }

        /** Dozens of them would take the server longer to leave at the end than Surefire waits for. */
        private boolean drop(String name) {
            execute("DROP DATABASE %s WITH (FORCE)".formatted(name));
            return true;
        }

        private String url(String name) {
            return postgres.getJdbcUrl(USER, name);
        }

        private void execute(String sql) {
            try (Connection connection = postgres.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException failed) {
                throw new IllegalStateException("the server refuses: " + sql, failed);
            }
        }
    }
}
