package dev.molink.controlplane.ledger;

import java.math.BigDecimal;
import java.util.Optional;

/** What a prepaid tenant may still spend, as far as it is settled. */
public interface WalletBalance {

    /**
     * What the wallet and the unexpired credits hold, less what is owed; below 0 after an overshoot. One query, in the
     * caller's transaction where there is one; the amount changes only within settlements and the administration of money.
     *
     * @return empty for a tenant that pays afterwards, whom no wallet bounds
     */
    Optional<BigDecimal> available(String organizationId, String currency);
}
