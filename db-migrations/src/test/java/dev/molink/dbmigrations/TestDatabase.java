package dev.molink.dbmigrations;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The databases that the product runs on, each time empty. */
enum TestDatabase {
    H2 {
        @Override
        String emptyDatabaseUrl() {
            return "jdbc:h2:mem:%s;MODE=PostgreSQL;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID());
        }
    },
    POSTGRESQL {
        @Override
        String emptyDatabaseUrl() throws SQLException {
            EmbeddedPostgres server = Server.running();
            String name = "test_" + UUID.randomUUID().toString().replace("-", "");
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            }
            return server.getJdbcUrl("postgres", name);
        }
    };

    abstract String emptyDatabaseUrl() throws SQLException;

    static Flyway flyway(String url, String target) {
        return Flyway.configure()
                .dataSource(url, user(url), "")
                .locations(
                        "classpath:db/migration", "classpath:db/" + (url.startsWith("jdbc:h2:") ? "h2" : "postgresql"))
                .target(MigrationVersion.fromVersion(target))
                .load();
    }

    static Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, user(url), "");
    }

    private static String user(String url) {
        return url.startsWith("jdbc:h2:") ? "molink" : "postgres";
    }

    /** One server for the whole test run; without one its tests are skipped, or fail where {@code CI=true}. */
    private static final class Server {

        private static @Nullable EmbeddedPostgres server;
        private static @Nullable String absence;

        static synchronized EmbeddedPostgres running() {
            if (server == null && absence == null) {
                start();
            }
            if (server == null && Boolean.parseBoolean(System.getenv("CI"))) {
                throw new IllegalStateException("CI needs a PostgreSQL, and none starts on this machine: " + absence);
            }
            Assumptions.assumeTrue(
                    server != null, "SKIPPED, NOT PASSED: PostgreSQL does not start on this machine: " + absence);
            return java.util.Objects.requireNonNull(server);
        }

        private static void start() {
            try {
                server = EmbeddedPostgres.builder().start();
            } catch (IOException | IllegalStateException cannot) {
                absence = String.valueOf(cannot.getMessage());
            }
        }
    }
}
