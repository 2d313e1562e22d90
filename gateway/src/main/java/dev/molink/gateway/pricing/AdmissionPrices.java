package dev.molink.gateway.pricing;

import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.gateway.auth.ApiCaller;
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

    /** The rule that holds now; null when the caller's project is not billed. */
    public @Nullable PriceRule of(ApiCaller caller, String model) {
        return prices.find(model, caller.organizationId(), clock.instant()).orElse(null);
    }
}
