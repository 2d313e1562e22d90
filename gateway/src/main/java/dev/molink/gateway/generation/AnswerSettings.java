package dev.molink.gateway.generation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a request may wait and its answer be silent.
 *
 * @param keepAlive after which a stream gets a comment, so that nothing between closes the connection
 * @param stall after which a request whose head says nothing is given up; the time in the queue comes on top
 * @param queueTimeout how long a request may wait at its head for its turn unless it says so itself; 0: for ever
 * @param disconnectCheck how often a silent request looks whether its client is still there
 */
@ConfigurationProperties("molink.gateway.answers")
public record AnswerSettings(
        @DefaultValue("5s") Duration keepAlive,
        @DefaultValue("10m") Duration stall,
        @DefaultValue("5m") Duration queueTimeout,
        @DefaultValue("500ms") Duration disconnectCheck) {

    public AnswerSettings {
        requirePositive("keep-alive", keepAlive);
        requirePositive("stall", stall);
        requirePositive("disconnect-check", disconnectCheck);
        if (queueTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "molink.gateway.answers.queue-timeout must not be negative, but it is " + queueTimeout);
        }
    }

    private static void requirePositive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(
                    "molink.gateway.answers.%s must be longer than nothing, but it is %s".formatted(key, value));
        }
    }
}
