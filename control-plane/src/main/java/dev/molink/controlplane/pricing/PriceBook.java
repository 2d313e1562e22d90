package dev.molink.controlplane.pricing;

import java.time.Instant;
import java.util.Optional;

/** The price rules in force, from memory; a change holds on every replica within a second. */
public interface PriceBook {

    /** The rule for this model and tenant at {@code when}: the tenant's own if there is one, else everybody's. */
    Optional<PriceRule> find(String model, String organizationId, Instant when);

    /** A rule by its id, in force or not. */
    Optional<PriceRule> rule(String ruleId);
}
