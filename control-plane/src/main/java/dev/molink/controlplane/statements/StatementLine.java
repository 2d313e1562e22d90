package dev.molink.controlplane.statements;

import dev.molink.controlplane.ledger.EntryKind;
import dev.molink.controlplane.pricing.Decimals;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A line of a statement: charges of one project, model and price rule, or the movements of another kind.
 *
 * @param line counted from 1
 * @param projectName when the statement was issued; null where there is no such project any more
 * @param late whether it is of earlier months, whose statements were issued already
 * @param prices null for movements other than charges
 * @param amount exact: what is charged, or by how much a movement of another kind raised what the tenant has
 */
public record StatementLine(
        int line,
        EntryKind kind,
        @Nullable String projectId,
        @Nullable String projectName,
        @Nullable String model,
        @Nullable String priceRuleId,
        boolean late,
        BigInteger promptTokens,
        BigInteger cachedTokens,
        BigInteger generatedTokens,
        @Nullable LinePrices prices,
        BigDecimal amount) {

    /** Prices per 1,000,000 tokens of the rule, as they stand in the line. */
    public record LinePrices(BigDecimal prompt, BigDecimal cached, BigDecimal generated) {}

    private static final int MILLION_DIGITS = 6;

    public boolean isCharge() {
        return kind == EntryKind.CHARGE;
    }

    /** For prompt tokens that no cache spared. */
    public BigDecimal promptAmount() {
        return prices == null ? BigDecimal.ZERO : amount(prices.prompt(), promptTokens.subtract(cachedTokens));
    }

    public BigDecimal cachedAmount() {
        return prices == null ? BigDecimal.ZERO : amount(prices.cached(), cachedTokens);
    }

    public BigDecimal generatedAmount() {
        return prices == null ? BigDecimal.ZERO : amount(prices.generated(), generatedTokens);
    }

    /** What minimum charges add, and what requests of which only a part was reversed leave. */
    public BigDecimal otherAmount() {
        return prices == null
                ? amount
                : Decimals.plain(
                        amount.subtract(promptAmount()).subtract(cachedAmount()).subtract(generatedAmount()));
    }

    private static BigDecimal amount(BigDecimal perMillion, BigInteger tokens) {
        return Decimals.plain(perMillion.multiply(new BigDecimal(tokens)).scaleByPowerOfTen(-MILLION_DIGITS));
    }
}
