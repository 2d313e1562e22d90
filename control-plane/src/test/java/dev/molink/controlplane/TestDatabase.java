package dev.molink.controlplane;

import dev.molink.controlplane.storage.DataSettings;
import dev.molink.controlplane.storage.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The product's services on each of its databases; one context per database and test run, shared by all tests. */
public enum TestDatabase {
    H2 {
        @Override
        ConfigurableApplicationContext start() throws IOException {
            return context();
        }
    },
    POSTGRESQL {
        @Override
        ConfigurableApplicationContext start() throws IOException {
            EmbeddedPostgres server = startServer();
            return context(
                    "--molink.database.url=" + server.getJdbcUrl("postgres", "postgres"),
                    "--molink.database.user=postgres");
        }
    };

    private static final Map<TestDatabase, ConfigurableApplicationContext> RUNNING = new EnumMap<>(TestDatabase.class);

    abstract ConfigurableApplicationContext start() throws IOException;

    /** The service of this type, on this database. */
    public <T> T bean(Class<T> type) {
        synchronized (RUNNING) {
            return RUNNING.computeIfAbsent(this, TestDatabase::started).getBean(type);
        }
    }

    /**
     * Another replica on this database, with threads and memory of its own; the caller closes it. PostgreSQL only: the file
     * of H2 belongs to one process.
     */
    public ConfigurableApplicationContext replica() throws IOException {
        DatabaseSettings settings = bean(DatabaseSettings.class);
        return context(
                "--molink.database.url=" + settings.url(),
                "--molink.database.user=" + settings.user(),
                "--molink.keys.pepper-file=" + bean(DataSettings.class).data().resolve("key-peppers"));
    }

    public TestClock clock() {
        return bean(TestClock.class);
    }

    private static ConfigurableApplicationContext started(TestDatabase database) {
        try {
            return database.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Skips the test loudly on a machine that cannot run one; fails it where {@code CI=true}. */
    private static EmbeddedPostgres startServer() {
        @Nullable EmbeddedPostgres server = null;
        String absence = "";
        try {
            server = EmbeddedPostgres.builder().start();
        } catch (IOException | IllegalStateException cannot) {
            absence = String.valueOf(cannot.getMessage());
        }
        if (server == null && Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException("CI needs a PostgreSQL, and none starts on this machine: " + absence);
        }
        Assumptions.assumeTrue(
                server != null, "SKIPPED, NOT PASSED: PostgreSQL does not start on this machine: " + absence);
        return Objects.requireNonNull(server);
    }

    private static ConfigurableApplicationContext context(String... settings) throws IOException {
        Path data = Files.createTempDirectory("molink-control-plane");
        SpringApplicationBuilder application = new SpringApplicationBuilder(Services.class)
                .web(WebApplicationType.NONE)
                .logStartupInfo(false);
        String[] all = Arrays.copyOf(settings, settings.length + 2);
        all[settings.length] = "--molink.data=" + data;
        // receivers of alerts in tests
        all[settings.length + 1] = "--molink.outbound.allowed=127.0.0.0/8";
        return application.run(all);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Services {

        @Bean
        TestClock testClock() {
            return new TestClock();
        }
    }
}
