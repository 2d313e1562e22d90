package dev.molink.controlplane.statements;

import dev.molink.controlplane.pricing.Decimals;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Currency;
import java.util.List;

/**
 * A tenant's month; never changed once it is issued. Every amount is exact but {@code dueAmount}, which alone is rounded, to
 * the currency's smallest unit; what the rounding left is carried into the next statement.
 *
 * @param number counted from 1 without gaps, per organization over all its currencies
 * @param zone in which the month begins and ends
 * @param openingBalance wallet, credits and, below 0, what was owed, together
 * @param charged sum of the lines of charges
 * @param moved sum of the other lines; {@code closingBalance = openingBalance − charged + moved}
 * @param carriedIn what the rounding of the statement before left
 * @param dueAmount {@code charged + carriedIn}, rounded half to even
 * @param remainder {@code charged + carriedIn − dueAmount}, carried into the next statement
 */
public record Statement(
        String statementId,
        String organizationId,
        String organizationName,
        long number,
        String currency,
        YearMonth month,
        String zone,
        BigDecimal openingBalance,
        BigDecimal charged,
        BigDecimal moved,
        BigDecimal closingBalance,
        BigDecimal carriedIn,
        BigDecimal dueAmount,
        BigDecimal remainder,
        Instant issuedAt,
        String issuedBy,
        List<StatementLine> lines) {

    public Statement {
        lines = List.copyOf(lines);
        openingBalance = Decimals.plain(openingBalance);
        charged = Decimals.plain(charged);
        moved = Decimals.plain(moved);
        closingBalance = Decimals.plain(closingBalance);
        carriedIn = Decimals.plain(carriedIn);
        dueAmount = rounded(dueAmount, currency);
        remainder = Decimals.plain(remainder);
    }

    /** With as many decimals as the currency has. */
    static BigDecimal rounded(BigDecimal amount, String currency) {
        int decimals = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        return amount.setScale(decimals, RoundingMode.HALF_EVEN);
    }
}
