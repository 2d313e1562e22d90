package dev.molink.controlplane.pricing;

import java.math.BigDecimal;

/**
 * What a request costs its tenant, exact: nothing is rounded before the statement.
 *
 * @param minimum what was added to reach the rule's minimum charge
 * @param currency ISO 4217, such as {@code USD}
 */
public record Charge(BigDecimal prompt, BigDecimal cached, BigDecimal generated, BigDecimal minimum, String currency) {

    public BigDecimal total() {
        return prompt.add(cached).add(generated).add(minimum);
    }
}
