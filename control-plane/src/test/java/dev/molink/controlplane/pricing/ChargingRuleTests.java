package dev.molink.controlplane.pricing;

import static dev.molink.controlplane.pricing.ChargingSettings.Generated.DELIVERED;
import static dev.molink.controlplane.pricing.ChargingSettings.Generated.GENERATED;
import static dev.molink.controlplane.pricing.ChargingSettings.Generated.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.pricing.ChargingRule.Ending;
import dev.molink.controlplane.pricing.ChargingRule.Facts;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The table of docs/billing.md. */
class ChargingRuleTests {

    private static final ChargingSettings DEFAULTS = new Binder(new MapConfigurationPropertySource())
            .bindOrCreate("molink.billing.charging", ChargingSettings.class);

    /** A prompt of 10 tokens, 4 of them cached; 20 generated where any are. */
    @ParameterizedTest
    @CsvSource(nullValues = "null", textBlock = """
            FINISHED,  true,  20, 20,   10, 20
            FINISHED,  true,   0, 0,    10, 0
            CANCELLED, true,  20, 7,    10, 20
            CANCELLED, true,  20, 0,    10, 20
            CANCELLED, true,   0, 0,    10, 0
            CANCELLED, false,  0, 0,     0, 0
            DEADLINE,  true,  20, 0,    10, 20
            DEADLINE,  false,  0, 0,     0, 0
            FAILED,    true,  20, 7,    10, 7
            FAILED,    true,  20, 0,     0, 0
            FAILED,    true,  20, null,  0, 0
            FAILED,    true,  20, 99,   10, 20
            FAILED,    false,  0, 0,     0, 0""")
    void chargesByDefaultWhatUsersExpect(
            Ending ending, boolean prefilled, long generated, @Nullable Long delivered, long prompt, long charged) {
        Facts facts = new Facts(ending, prefilled, 10, 4, generated, delivered, null);

        TokenCounts tokens = new ChargingRule(DEFAULTS).charged(facts);

        assertThat(tokens).isEqualTo(new TokenCounts(prompt, prompt == 0 ? 0 : 4, charged));
    }

    @ParameterizedTest
    @CsvSource({
        "GENERATED, 10, 20",
        "DELIVERED, 10, 7",
        "NOTHING, 0, 0",
    })
    void eachEndingHasASettingOfItsOwn(ChargingSettings.Generated setting, long prompt, long charged) {
        TokenCounts expected = new TokenCounts(prompt, prompt == 0 ? 0 : 4, charged);

        assertThat(rule(setting, NOTHING, NOTHING).charged(facts(Ending.CANCELLED)))
                .isEqualTo(expected);
        assertThat(rule(NOTHING, setting, NOTHING).charged(facts(Ending.DEADLINE)))
                .isEqualTo(expected);
        assertThat(rule(NOTHING, NOTHING, setting).charged(facts(Ending.FAILED)))
                .isEqualTo(expected);
    }

    @Test
    void aPromptAloneIsFreeWhereTheSettingSaysSo() {
        ChargingRule rule = new ChargingRule(new ChargingSettings(DELIVERED, GENERATED, DELIVERED, false));

        TokenCounts tokens = rule.charged(new Facts(Ending.CANCELLED, true, 10, 4, 20, 0L, null));

        assertThat(tokens).isEqualTo(new TokenCounts(0, 0, 0));
    }

    @Test
    void neverMoreIsChargedThanTheLeaseCovered() {
        Facts facts = new Facts(Ending.FINISHED, true, 10, 4, 300, 300L, 256L);

        TokenCounts tokens = new ChargingRule(DEFAULTS).charged(facts);

        assertThat(tokens.generatedTokens()).isEqualTo(256);
    }

    @Test
    void theChargeForTwoToThe63TokensAtTwelveDecimalsIsExact() {
        PriceRule rule = new PriceRule(
                "price_1",
                "m",
                null,
                new BigDecimal("0.000000000001"),
                new BigDecimal("0"),
                new BigDecimal("9999999.999999999999"),
                BigDecimal.ZERO,
                "USD",
                Instant.EPOCH);

        Charge charge = rule.charge(new TokenCounts(1, 0, Long.MAX_VALUE));

        // Python: (Decimal(2**63 - 1) * Decimal('9999999.999999999999') + Decimal('0.000000000001')) / 10**6
        assertThat(charge.total()).isEqualByComparingTo("92233720368547758060.776627963145224194");
    }

    @Test
    void theMinimumFillsUpWhatIsChargedAtAll() {
        PriceRule rule = new PriceRule(
                "price_1",
                "m",
                null,
                BigDecimal.ONE,
                BigDecimal.ZERO,
                BigDecimal.TWO,
                new BigDecimal("0.0001"),
                "USD",
                Instant.EPOCH);

        assertThat(rule.charge(new TokenCounts(10, 4, 20)).minimum()).isEqualByComparingTo("0.000054");
        assertThat(rule.charge(new TokenCounts(10, 4, 20)).total()).isEqualByComparingTo("0.0001");
        assertThat(rule.charge(new TokenCounts(0, 0, 0)).total()).isZero();
        assertThat(rule.charge(new TokenCounts(1_000_000, 0, 0)).total()).isEqualByComparingTo("1");
    }

    private static Facts facts(Ending ending) {
        return new Facts(ending, true, 10, 4, 20, 7L, null);
    }

    private static ChargingRule rule(
            ChargingSettings.Generated cancelled,
            ChargingSettings.Generated deadline,
            ChargingSettings.Generated failed) {
        return new ChargingRule(new ChargingSettings(cancelled, deadline, failed, true));
    }
}
