package dev.molink.controlplane.keys;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How API keys are made and checked.
 *
 * @param environment the word after {@code sk-} in new keys, 1 to 12 lower-case letters and digits
 * @param pepperFile the peppers of the keys' digests, one {@code id hex} a line, the last for new keys; without it
 *     {@code key-peppers} in the data folder. Replicas on one database need the same
 * @param changePoll how often the database is asked whether a key changed, 50 ms to 1 s: how long a key that another
 *     replica revoked may still work here
 * @param maxCached the most keys that are kept in memory, 100 or more
 */
@ConfigurationProperties("molink.keys")
public record KeySettings(
        @DefaultValue("live") String environment,
        @Nullable Path pepperFile,
        @DefaultValue("500ms") Duration changePoll,
        @DefaultValue("100000") int maxCached) {

    private static final String ADMINISTRATION = "admin";
    private static final Duration MIN_POLL = Duration.ofMillis(50);
    private static final Duration MAX_POLL = Duration.ofSeconds(1);

    public KeySettings {
        if (!environment.matches("[a-z0-9]{1,12}")) {
            throw new IllegalArgumentException(
                    "molink.keys.environment must be 1 to 12 lower-case letters and digits, but it is '%s'"
                            .formatted(environment));
        }
        if (environment.equals(ADMINISTRATION)) {
            throw new IllegalArgumentException(
                    "molink.keys.environment must not be 'admin': keys of the administration begin with sk-admin-");
        }
        if (changePoll.compareTo(MIN_POLL) < 0 || changePoll.compareTo(MAX_POLL) > 0) {
            throw new IllegalArgumentException(
                    "molink.keys.change-poll must be between 50ms and 1s, but it is %s".formatted(changePoll));
        }
        if (maxCached < 100) {
            throw new IllegalArgumentException(
                    "molink.keys.max-cached must be at least 100, but it is %d".formatted(maxCached));
        }
    }
}
