package dev.molink.controlplane.rollup;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How usage is summed up.
 *
 * @param endUsersPerHour end users of a project with sums of their own in an hour; those that come later share one row; 0 to
 *     100000
 */
@ConfigurationProperties("molink.rollup")
public record RollupSettings(@DefaultValue("1000") int endUsersPerHour) {

    private static final int MOST = 100_000;

    public RollupSettings {
        if (endUsersPerHour < 0 || endUsersPerHour > MOST) {
            throw new IllegalArgumentException("molink.rollup.end-users-per-hour must be between 0 and %d, but it is %d"
                    .formatted(MOST, endUsersPerHour));
        }
    }
}
