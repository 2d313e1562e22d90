package dev.molink.controlplane.settlement;

import dev.molink.controlplane.pricing.Charge;
import dev.molink.controlplane.pricing.ChargingRule;
import dev.molink.controlplane.pricing.ChargingRule.Ending;
import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.usage.RowCounts;
import dev.molink.controlplane.usage.UsageCharging;
import dev.molink.controlplane.usage.UsageRecord;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Charges usage records by the price rule that held at their admission, whatever rule holds now. */
final class RecordCharging implements UsageCharging {

    private static final Logger LOG = LoggerFactory.getLogger(RecordCharging.class);
    private static final String CANCELLED = "cancelled";
    private static final String DEADLINE = "deadline";

    private final PriceBook prices;
    private final ChargingRule rule;

    RecordCharging(PriceBook prices, ChargingRule rule) {
        this.prices = prices;
        this.rule = rule;
    }

    /** A record whose rule nobody knows stays uncharged and is found by the reconciliation: evidence is never refused. */
    @Override
    public UsageRecord charge(UsageRecord record) {
        if (record.priceRuleId() == null) {
            return record;
        }
        Optional<PriceRule> price = prices.rule(record.priceRuleId());
        if (price.isEmpty()) {
            LOG.error("{}: there is no price rule {}; it is not charged", record.requestId(), record.priceRuleId());
            return record;
        }
        TokenCounts tokens = rule.charged(facts(record));
        Charge charge = price.get().charge(tokens);
        return record.charged(tokens, charge.total(), charge.currency());
    }

    private static ChargingRule.Facts facts(UsageRecord record) {
        return new ChargingRule.Facts(
                ending(record),
                prefilled(record),
                record.promptTokens(),
                record.cachedTokens(),
                record.generatedTokens(),
                record.deliveredTokens(),
                record.bill().coveredTokens());
    }

    private static Ending ending(UsageRecord record) {
        if (record.failureCode() != null) {
            return record.failureCode().equals(DEADLINE) ? Ending.DEADLINE : Ending.FAILED;
        }
        return record.finishReasons().contains(CANCELLED) ? Ending.CANCELLED : Ending.FINISHED;
    }

    /** The first token follows the last row of the prompt; without one, the rows tell, where the head counted them. */
    private static boolean prefilled(UsageRecord record) {
        RowCounts rows = record.rows();
        return record.generatedTokens() > 0
                || record.firstTokenAt() != null
                || (rows != null
                        && rows.computed() > 0
                        && rows.computed() >= record.promptTokens() - record.cachedTokens());
    }
}
