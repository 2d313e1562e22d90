package dev.molink.controlplane.ledger;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.pricing.Decimals;
import java.math.BigDecimal;
import org.springframework.dao.DataIntegrityViolationException;

/** What amounts may be: exact, with up to 18 decimals, and below 10^20 in every balance. */
final class Amounts {

    private static final int MAX_DECIMALS = 18;
    /** Of what people move by hand. */
    private static final BigDecimal LARGEST = new BigDecimal("1000000000000");

    private static final BigDecimal BALANCE_BOUND = BigDecimal.TEN.pow(20);

    private Amounts() {}

    /**
     * An amount above 0.
     *
     * @throws RefusedException that names the field, the value and the range
     */
    static BigDecimal positive(String field, BigDecimal amount) {
        BigDecimal sane = require(field, amount, "above 0");
        if (sane.signum() <= 0) {
            throw refused(field, "above 0", sane.toPlainString());
        }
        return sane;
    }

    /**
     * An amount that is not 0.
     *
     * @throws RefusedException that names the field, the value and the range
     */
    static BigDecimal signed(String field, BigDecimal amount) {
        BigDecimal sane = require(field, amount, "not 0, from -%s".formatted(LARGEST.toPlainString()));
        if (sane.signum() == 0) {
            throw refused(field, "not 0, from -%s".formatted(LARGEST.toPlainString()), "0");
        }
        return sane;
    }

    /** Past this the books could not hold the balance; nothing that can be charged or moved comes near in a million years. */
    static BigDecimal balance(String accountId, BigDecimal balance) {
        if (balance.abs().compareTo(BALANCE_BOUND) >= 0) {
            throw new DataIntegrityViolationException(
                    "the balance of %s would be %s, but balances are between -10^20 and 10^20"
                            .formatted(accountId, balance.toPlainString()));
        }
        return balance;
    }

    private static BigDecimal require(String field, BigDecimal amount, String lower) {
        if (!Decimals.isSane(amount)) {
            throw refused(field, lower, "a number of absurd size");
        }
        BigDecimal sane = Decimals.plain(amount);
        if (sane.abs().compareTo(LARGEST) > 0 || sane.scale() > MAX_DECIMALS) {
            throw refused(field, lower, sane.toPlainString());
        }
        return sane;
    }

    private static RefusedException refused(String field, String lower, String value) {
        return new RefusedException(
                Reason.INVALID_VALUE,
                "'%s' must be %s to %s with at most %d decimals, but it is %s"
                        .formatted(field, lower, LARGEST.toPlainString(), MAX_DECIMALS, value),
                field);
    }
}
