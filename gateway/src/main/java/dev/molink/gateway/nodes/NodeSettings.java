package dev.molink.gateway.nodes;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the gateway watches its nodes.
 *
 * @param check how often silent nodes are looked for and complete chains formed; at most 1s, since a node is to be gone
 *     within four seconds
 */
@ConfigurationProperties("molink.gateway.nodes")
public record NodeSettings(@DefaultValue("250ms") Duration check) {

    private static final Duration LONGEST = Duration.ofSeconds(1);

    public NodeSettings {
        if (!check.isPositive() || check.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "molink.gateway.nodes.check must be longer than nothing and at most 1s, but it is " + check);
        }
    }
}
