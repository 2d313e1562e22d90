package dev.molink.controlplane.pricing;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which tokens of requests that did not run to their end are charged.
 *
 * @param cancelled generated tokens of a request that was cancelled or whose client left
 * @param deadline generated tokens of a request that did not end within the time that it asked for
 * @param failed generated tokens of a request that failed by our fault, such as a lost stage
 * @param undeliveredPrompt whether the prompt of a cancelled or late request is charged when it was computed but nothing of
 *     the answer is; a request that failed by our fault never pays for its prompt alone
 */
@ConfigurationProperties("molink.billing.charging")
public record ChargingSettings(
        @DefaultValue("generated") Generated cancelled,
        @DefaultValue("generated") Generated deadline,
        @DefaultValue("delivered") Generated failed,
        @DefaultValue("true") boolean undeliveredPrompt) {

    /** Which of the tokens that were generated. */
    public enum Generated {
        /** All that the pipeline generated. */
        GENERATED,
        /** Those whose text reached the client's connection; none where nobody knows. */
        DELIVERED,
        NOTHING
    }
}
