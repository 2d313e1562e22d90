package dev.molink.gateway.pricing;

import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.gateway.auth.ApiCaller;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the price that a request keeps from its admission to its end; from memory. */
@Component
public final class AdmissionPrices {

    private final PriceBook prices;
    private final InstantSource clock;

    AdmissionPrices(PriceBook prices, InstantSource clock) {
        this.prices = prices;
        this.clock = clock;
    }

    /**
     * The rule that holds now; null when the caller's project is not billed.
     *
     * @throws ApiException 403 when its project is billed and the model has no price that holds for it
     */
    public @Nullable PriceRule of(ApiCaller caller, String model) {
        if (!caller.billed()) {
            return null;
        }
        return prices.find(model, caller.organizationId(), clock.instant()).orElseThrow(() -> noPrice(model));
    }

    private static ApiException noPrice(String model) {
        return ApiException.of(
                ErrorCode.MODEL_NOT_PRICED,
                "The model '%s' has no price that holds for your organization now, so it cannot be used by a billed project. Ask the operator to set one."
                        .formatted(model));
    }
}
