package dev.molink.cli.deployment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;

/** A gateway's database, opened by the command itself, for when no gateway runs on it. */
public final class StoredState {

    private static final String URL = "molink.database.url";

    private StoredState() {}

    /** Whether there is a database: the one that the environment names, or a file in the data folder. */
    public static boolean isIn(Path data) {
        return url().isPresent() || Files.exists(data.resolve("molink.mv.db"));
    }

    /**
     * Opens the database of the data folder, and makes both when they are missing.
     *
     * @param beans what is needed of the control plane
     */
    public static ConfigurableApplicationContext open(Path data, Class<?> beans) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("molink.data", data.toString());
        properties.put("logging.level.root", "error");
        url().ifPresent(url -> properties.put(URL, url));
        return new SpringApplicationBuilder(beans)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .properties(properties)
                .run();
    }

    /** What {@code MOLINK_DATABASE_URL} says, or the JVM's property, as for a gateway. */
    private static Optional<String> url() {
        return Optional.ofNullable(new StandardEnvironment().getProperty(URL));
    }
}
