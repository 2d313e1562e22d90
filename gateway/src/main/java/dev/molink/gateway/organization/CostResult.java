package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.rollup.CostRow;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's costs of one group in one bucket. What the request does not group by is null.
 *
 * @param quantity charged tokens of a line item; null for what is not counted in tokens
 */
record CostResult(
        String object,
        Amount amount,
        @JsonProperty("line_item") @Nullable String lineItem,
        @JsonProperty("project_id") @Nullable String projectId,
        @JsonProperty("api_key_id") @Nullable String apiKeyId,
        @Nullable BigInteger quantity,
        @JsonProperty("quantity_unit") @Nullable String quantityUnit) {

    /**
     * An amount of money, here a number as OpenAI has it, with every digit.
     *
     * @param currency ISO 4217 in small letters, such as {@code usd}
     */
    record Amount(BigDecimal value, String currency) {}

    static CostResult of(CostRow row) {
        BigDecimal plain = row.amount().stripTrailingZeros();
        return new CostResult(
                "organization.costs.result",
                new Amount(
                        plain.scale() < 0 ? plain.setScale(0) : plain,
                        row.currency().toLowerCase(Locale.ROOT)),
                row.lineItem(),
                row.projectId(),
                row.apiKeyId(),
                row.quantity(),
                row.quantity() == null ? null : "tokens");
    }
}
