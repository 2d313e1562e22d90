package dev.molink.controlplane.ledger;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Money that somebody moves by hand.
 *
 * @param reason in words, up to 500 characters; may be empty
 * @param actorId of the account or admin key
 * @param idempotencyKey the same request again under it changes nothing; null: every request is a new one
 */
public record MoneyMove(
        String organizationId,
        String currency,
        BigDecimal amount,
        String reason,
        String actorId,
        @Nullable String idempotencyKey) {

    BookKey book() {
        return new BookKey(organizationId, currency);
    }
}
