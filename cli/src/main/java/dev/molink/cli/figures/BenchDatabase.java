package dev.molink.cli.figures;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The database of a benchmark: H2 in a file, a PostgreSQL that is started for the run, or one that is there. */
public final class BenchDatabase implements AutoCloseable {

    private final String name;
    private final Map<String, String> settings;
    private final @Nullable EmbeddedPostgres server;

    private BenchDatabase(String name, Map<String, String> settings, @Nullable EmbeddedPostgres server) {
        this.name = name;
        this.settings = settings;
        this.server = server;
    }

    /**
     * Makes the database ready.
     *
     * @param choice {@code h2}, {@code postgresql} or {@code jdbc:postgresql:…}
     */
    public static BenchDatabase open(String choice) throws IOException {
        if (choice.equals("h2")) {
            return new BenchDatabase("h2", Map.of(), null);
        }
        if (choice.equals("postgresql")) {
            EmbeddedPostgres server = EmbeddedPostgres.start();
            String url = server.getJdbcUrl("postgres", "postgres");
            return new BenchDatabase(
                    "postgresql", Map.of("MOLINK_DATABASE_URL", url, "MOLINK_DATABASE_USER", "postgres"), server);
        }
        if (choice.startsWith("jdbc:postgresql:")) {
            return new BenchDatabase("postgresql", Map.of("MOLINK_DATABASE_URL", choice), null);
        }
        throw new IllegalArgumentException(
                "--database %s: h2, postgresql or jdbc:postgresql:… are possible".formatted(choice));
    }

    public String name() {
        return name;
    }

    /** What a gateway finds it by, as environment. */
    public Map<String, String> settings() {
        return settings;
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }
}
