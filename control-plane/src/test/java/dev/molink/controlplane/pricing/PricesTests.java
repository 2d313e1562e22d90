package dev.molink.controlplane.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Versions of prices, on every database. */
class PricesTests {

    @ParameterizedTest
    @EnumSource
    void aRuleHoldsFromItsInstantUntilTheNextVersionDoes(TestDatabase database) {
        Prices prices = database.bean(Prices.class);
        PriceBook book = database.bean(PriceBook.class);
        String model = model();
        Instant now = database.clock().instant();

        PriceVersion first = prices.create(price(model, null, "1", null), "acct_test");
        PriceVersion next = prices.create(price(model, null, "2", now.plusSeconds(60)), "acct_test");

        assertThat(book.find(model, "org_a", now.minusMillis(1))).isEmpty();
        assertThat(book.find(model, "org_a", now)).contains(first.rule());
        assertThat(book.find(model, "org_a", now.plusMillis(59_999))).contains(first.rule());
        assertThat(book.find(model, "org_a", now.plusSeconds(60))).contains(next.rule());
        assertThat(book.rule(first.rule().ruleId())).contains(first.rule());
    }

    @ParameterizedTest
    @EnumSource
    void aTenantsOwnRuleHoldsBeforeEverybodysAndForItAlone(TestDatabase database) {
        Prices prices = database.bean(Prices.class);
        PriceBook book = database.bean(PriceBook.class);
        String model = model();
        Instant now = database.clock().instant();
        PriceVersion everybodys = prices.create(price(model, null, "1", null), "acct_test");

        PriceVersion own = prices.create(price(model, "org_a", "0.5", now.plusSeconds(60)), "acct_test");

        assertThat(book.find(model, "org_a", now.plusSeconds(59))).contains(everybodys.rule());
        assertThat(book.find(model, "org_a", now.plusSeconds(60))).contains(own.rule());
        assertThat(book.find(model, "org_b", now.plusSeconds(60))).contains(everybodys.rule());
        assertThat(prices.versions(model, "org_b")).containsExactly(everybodys);
        assertThat(prices.versions(model, "org_a")).containsExactlyInAnyOrder(everybodys, own);
    }

    @ParameterizedTest
    @EnumSource
    void aFutureVersionIsWithdrawnAndOneInForceIsNot(TestDatabase database) {
        Prices prices = database.bean(Prices.class);
        PriceBook book = database.bean(PriceBook.class);
        String model = model();
        Instant soon = database.clock().instant().plusSeconds(60);
        PriceVersion inForce = prices.create(price(model, null, "1", null), "acct_test");
        PriceVersion future = prices.create(price(model, null, "2", soon), "acct_test");

        PriceVersion withdrawn = prices.withdraw(future.rule().ruleId(), "acct_other");

        assertThat(withdrawn.withdrawnBy()).isEqualTo("acct_other");
        assertThat(book.find(model, "org_a", soon)).contains(inForce.rule());
        assertThat(prices.find(future.rule().ruleId())).contains(withdrawn);
        assertThatThrownBy(() -> prices.withdraw(future.rule().ruleId(), "acct_test"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("was withdrawn at");
        assertThatThrownBy(() -> prices.withdraw(inForce.rule().ruleId(), "acct_test"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is in force since");
        assertThatThrownBy(() -> prices.withdraw("price_none", "acct_test"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("there is no price rule 'price_none'");
        assertThat(prices.create(price(model, null, "3", soon), "acct_test")
                        .rule()
                        .promptPerMillion())
                .isEqualTo(new BigDecimal("3"));
    }

    @ParameterizedTest
    @EnumSource
    void nothingTakesEffectInThePast(TestDatabase database) {
        Prices prices = database.bean(Prices.class);
        Instant past = database.clock().instant().minusMillis(1);

        assertThatThrownBy(() -> prices.create(price(model(), null, "1", past), "acct_test"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'effective_from' must not be in the past");
    }

    @ParameterizedTest
    @EnumSource
    void oneOfManyWritersOfTheSameInstantWins(TestDatabase database) throws Exception {
        Prices prices = database.bean(Prices.class);
        String model = model();
        Instant soon = database.clock().instant().plusSeconds(60);

        List<Boolean> created = InParallel.run(4, number -> {
            try {
                prices.create(price(model, null, Integer.toString(number), soon), "acct_test");
                return true;
            } catch (RefusedException taken) {
                return false;
            }
        });

        assertThat(created).filteredOn(done -> done).hasSize(1);
        assertThat(prices.versions(model, null)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void anotherReplicaSeesAChangeWithItsNextPoll(TestDatabase database) {
        Prices prices = database.bean(Prices.class);
        StoredPriceBook replica = new StoredPriceBook(database.bean(PriceRows.class));
        replica.load();
        String model = model();
        Instant now = database.clock().instant();

        PriceVersion created = prices.create(price(model, null, "1.000000000001", null), "acct_test");

        assertThat(replica.find(model, "org_a", now)).isEmpty();
        // a request that another replica admitted is settled here before the poll
        assertThat(replica.rule(created.rule().ruleId())).contains(created.rule());
        replica.poll();
        assertThat(replica.find(model, "org_a", now)).contains(created.rule());
        assertThat(created.rule().promptPerMillion()).isEqualTo(new BigDecimal("1.000000000001"));
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseRefusesToChangeARule(TestDatabase database) {
        JdbcClient rows = database.bean(JdbcClient.class);
        String id = database.bean(Prices.class)
                .create(price(model(), null, "1", null), "acct_test")
                .rule()
                .ruleId();

        for (String change : List.of(
                "UPDATE price_rule SET prompt_per_million = 2 WHERE rule_id = ?",
                "DELETE FROM price_rule WHERE rule_id = ?")) {
            assertThatThrownBy(() -> rows.sql(change).param(id).update())
                    .isInstanceOf(DataAccessException.class)
                    .hasStackTraceContaining("are never changed or removed");
        }
    }

    @Test
    void refusesPricesOutOfRangeWithFieldAndRange() {
        refused(
                new BigDecimal("-1"),
                "'prompt_per_million' must be between 0 and 10000000 with at most 12 decimals, but it is -1");
        refused(new BigDecimal("10000000.1"), "but it is 10000000.1");
        refused(new BigDecimal("0.0000000000001"), "but it is 0.0000000000001");
        refused(new BigDecimal("1e-999999999"), "but it is a number of absurd size");
        assertThatThrownBy(() -> NewPrice.requireCurrency("dollar"))
                .hasMessage("'currency' must be a code of ISO 4217 such as USD, but it is 'dollar'");
    }

    @Test
    void thePollIsBoundedByTheSecondThatIsPromised() {
        assertThat(new Binder(new MapConfigurationPropertySource())
                        .bindOrCreate("molink.billing.prices", PriceSettings.class)
                        .changePoll())
                .isEqualTo(Duration.ofMillis(500));
        assertThatThrownBy(() -> new PriceSettings(Duration.ofMillis(1001)))
                .hasMessage("molink.billing.prices.change-poll must be between 50ms and 1s, but it is PT1.001S");
    }

    private static void refused(BigDecimal prompt, String sentence) {
        assertThatThrownBy(() ->
                        new NewPrice("m", null, prompt, BigDecimal.ONE, BigDecimal.ONE, BigDecimal.ZERO, "USD", null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(sentence);
    }

    private static NewPrice price(String model, @Nullable String organization, String prompt, @Nullable Instant from) {
        return new NewPrice(
                model,
                organization,
                new BigDecimal(prompt),
                new BigDecimal("0.5"),
                new BigDecimal("4"),
                BigDecimal.ZERO,
                "USD",
                from);
    }

    private static String model() {
        return "model-" + UUID.randomUUID();
    }
}
