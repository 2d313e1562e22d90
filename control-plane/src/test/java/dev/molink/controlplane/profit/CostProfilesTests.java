package dev.molink.controlplane.profit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CostProfilesTests {

    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");

    @ParameterizedTest
    @EnumSource
    void addsVersionsThatHoldFromTheirDateOn(TestDatabase database) {
        CostProfiles profiles = database.bean(CostProfiles.class);
        String node = "node_" + UUID.randomUUID();

        CostProfile june = profiles.create(rent(node, "2", JUNE), "key_1");
        CostProfile january = profiles.create(bought(node, JANUARY), "key_1");
        CostProfile corrected = profiles.create(rent(node, "3", JUNE), "key_2");

        assertThat(profiles.versions(node)).containsExactly(january, june, corrected);
        assertThat(Stream.of(june, january, corrected).map(CostProfile::version))
                .containsExactly(1, 2, 3);
        CostBook book = profiles.book();
        assertThat(book.find(node, JANUARY.minusNanos(1))).isEmpty();
        assertThat(book.find(node, JANUARY)).contains(january);
        assertThat(book.find(node, JUNE.minusNanos(1000))).contains(january);
        assertThat(book.find(node, JUNE)).contains(corrected);
    }

    @ParameterizedTest
    @EnumSource
    void numbersVersionsThatAreAddedAtTheSameTime(TestDatabase database) throws Exception {
        CostProfiles profiles = database.bean(CostProfiles.class);
        String node = "node_" + UUID.randomUUID();

        InParallel.run(2, number -> profiles.create(rent(node, "1", JUNE), "key_" + number));

        assertThat(profiles.versions(node)).extracting(CostProfile::version).containsExactly(1, 2);
    }

    @Test
    void fallsBackToTheProfileOfEveryNode() {
        CostProfile everybodys = profile(CostProfile.ANY_NODE, 1, JANUARY);
        CostProfile own = profile("a", 1, JUNE);

        CostBook book = CostBook.of(List.of(everybodys, own));

        assertThat(book.find("a", JUNE.minusSeconds(1))).contains(everybodys);
        assertThat(book.find("a", JUNE)).contains(own);
        assertThat(book.find("b", JUNE)).contains(everybodys);
    }

    /** A machine of 8,760 that lives a year costs 1 an hour; 500 W at 0.30 a kWh are 0.15 an hour. */
    @Test
    void spreadsThePriceOfAMachineOverItsLifeAndAddsItsEnergy() {
        NodeCost cost = bought("a", JANUARY).cost();

        assertThat(cost.busyPerHour()).isEqualByComparingTo("1.15");
        assertThat(cost.idlePerHour()).isEqualByComparingTo("1.03");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.01", "1000000001", "0.0000000000001", "1e999999999", "1e-999999999"})
    void refusesAmountsOutsideTheirRange(String amount) {
        assertThatThrownBy(() -> rent("a", amount, JUNE))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("'rent_per_hour' must be between 0 and 1000000000 with at most 12 decimals");
    }

    @Test
    void refusesALifeThatIsNoneAndACurrencyThatIsNone() {
        NodeCost immortal =
                new NodeCost.Purchase(BigDecimal.ONE, BigDecimal.ZERO, BigDecimal.ONE, BigDecimal.ONE, BigDecimal.ONE);

        assertThatThrownBy(() -> new NewCostProfile("a", immortal, BigDecimal.ZERO, "USD", null))
                .hasMessage("'life_hours' must be at least 1, but it is 0");
        assertThatThrownBy(
                        () -> new NewCostProfile("a", new NodeCost.Rent(BigDecimal.ONE), BigDecimal.ZERO, "usd", null))
                .hasMessage("'currency' must be a code of ISO 4217 such as USD, but it is 'usd'");
    }

    private static NewCostProfile rent(String node, String perHour, Instant from) {
        return new NewCostProfile(
                node, new NodeCost.Rent(new BigDecimal(perHour)), new BigDecimal("0.02"), "USD", from);
    }

    private static NewCostProfile bought(String node, Instant from) {
        NodeCost cost = new NodeCost.Purchase(
                new BigDecimal("8760"),
                new BigDecimal("8760"),
                new BigDecimal("500"),
                new BigDecimal("100"),
                new BigDecimal("0.3"));
        return new NewCostProfile(node, cost, BigDecimal.ZERO, "USD", from);
    }

    private static CostProfile profile(String node, int version, Instant from) {
        return new CostProfile(
                node, version, from, new NodeCost.Rent(BigDecimal.ONE), BigDecimal.ZERO, "USD", from, "key_1");
    }
}
