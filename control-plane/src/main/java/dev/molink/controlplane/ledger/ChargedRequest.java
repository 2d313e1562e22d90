package dev.molink.controlplane.ledger;

import dev.molink.controlplane.pricing.TokenCounts;
import org.jspecify.annotations.Nullable;

/**
 * What a charge is for.
 *
 * @param priceRuleId the rule that held at the admission of the request
 * @param tokens that are charged; of a charge in several rows, the first has them all and the others none
 */
public record ChargedRequest(
        String requestId,
        String projectId,
        String model,
        @Nullable String priceRuleId,
        TokenCounts tokens) {

    ChargedRequest withoutTokens() {
        return new ChargedRequest(requestId, projectId, model, priceRuleId, new TokenCounts(0, 0, 0));
    }
}
