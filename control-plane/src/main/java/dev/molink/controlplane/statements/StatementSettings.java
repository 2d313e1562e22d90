package dev.molink.controlplane.statements;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When statements are issued.
 *
 * @param issueAfter how long after its end a month with entries is issued by itself; 0s to 28d. Absent: only by hand
 * @param pause between two looks for months that are due; 1s to 1d
 */
@ConfigurationProperties("molink.billing.statements")
public record StatementSettings(
        @Nullable Duration issueAfter, @DefaultValue("10m") Duration pause) {

    private static final Duration LONGEST_DELAY = Duration.ofDays(28);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    public StatementSettings {
        if (issueAfter != null && (issueAfter.isNegative() || issueAfter.compareTo(LONGEST_DELAY) > 0)) {
            throw new IllegalArgumentException(
                    "molink.billing.statements.issue-after must be between 0s and 28d, but it is " + issueAfter);
        }
        if (pause.compareTo(SHORTEST_PAUSE) < 0 || pause.compareTo(LONGEST_PAUSE) > 0) {
            throw new IllegalArgumentException(
                    "molink.billing.statements.pause must be between 1s and 1d, but it is " + pause);
        }
    }
}
