package dev.molink.controlplane.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which database holds the shared state.
 *
 * @param url {@code jdbc:postgresql:…} or {@code jdbc:h2:…}; without it a file database in the data folder
 * @param user the database's user
 * @param password the database's password
 * @param maxConnections the most connections at once, 2 to 1000
 */
@ConfigurationProperties("molink.database")
public record DatabaseSettings(
        @Nullable String url,
        @DefaultValue("molink") String user,
        @DefaultValue("") String password,
        @DefaultValue("10") int maxConnections) {

    public DatabaseSettings {
        if (url != null && !url.startsWith("jdbc:postgresql:") && !url.startsWith("jdbc:h2:")) {
            throw new IllegalArgumentException(
                    "molink.database.url must start with jdbc:postgresql: or jdbc:h2:, but it is '%s'"
                            .formatted(withoutSecrets(url)));
        }
        if (maxConnections < 2 || maxConnections > 1000) {
            throw new IllegalArgumentException(
                    "molink.database.max-connections must be between 2 and 1000, but it is %d"
                            .formatted(maxConnections));
        }
    }

    /** The URL, or that of the file database in {@code data}. */
    public String urlIn(Path data) {
        // WRITE_DELAY=0: by default H2 may lose the last half second of commits when the process is killed.
        return url != null
                ? url
                : "jdbc:h2:file:%s;MODE=PostgreSQL;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"
                        .formatted(data.toAbsolutePath().resolve("molink"));
    }

    @Override
    public String toString() {
        return "DatabaseSettings[url=%s, user=%s, maxConnections=%d]"
                .formatted(url == null ? "file" : withoutSecrets(url), user, maxConnections);
    }

    private static String withoutSecrets(String url) {
        return url.replaceAll("(?i)(password=)[^&;]*", "$1***");
    }
}
