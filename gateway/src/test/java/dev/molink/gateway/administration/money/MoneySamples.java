package dev.molink.gateway.administration.money;

import dev.molink.controlplane.ledger.Ledger;
import dev.molink.controlplane.ledger.MoneyMove;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.controlplane.pricing.Prices;
import dev.molink.controlplane.statements.Statements;
import dev.molink.controlplane.usage.UsageBill;
import dev.molink.controlplane.usage.UsageCounts;
import dev.molink.controlplane.usage.UsageEnding;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageServing;
import dev.molink.controlplane.usage.UsageStore;
import dev.molink.controlplane.usage.UsageTimes;
import dev.molink.gateway.testing.RouteSample.Registry;
import dev.molink.gateway.testing.RouteSamples;
import dev.molink.gateway.testing.Tenant;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.Iterator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Prices, wallets, ledger and statements of a tenant. */
final class MoneySamples implements RouteSamples {

    private static final String ROOT = "/admin/v1/";
    /** A month has one statement per currency, so each sample takes the next of these. */
    private static final Iterator<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() == 2)
            .map(Currency::getCurrencyCode)
            .filter(code -> !code.equals("USD"))
            .sorted()
            .iterator();

    @Override
    public void describe(Registry registry) {
        registry.variable(
                        ROOT + "prices",
                        "price_id",
                        (tenant, earlier) -> price(tenant, Instant.now().plusSeconds(3600)))
                .variable(ROOT + "wallets", "currency", (tenant, earlier) -> "USD")
                .variable(ROOT + "ledger", "entry_id", (tenant, earlier) -> topUp(tenant))
                .variable(ROOT + "statements", "statement_id", (tenant, earlier) -> statement(tenant))
                .body("POST " + ROOT + "wallets/{currency}", "{'terms':'prepaid'}")
                .body("POST " + ROOT + "wallets/{currency}/top_up", "{'amount':'1.5'}")
                .given("POST " + ROOT + "wallets/{currency}/refund", (tenant, variables) -> topUp(tenant))
                .body("POST " + ROOT + "wallets/{currency}/refund", "{'amount':'0.5'}")
                .body("POST " + ROOT + "wallets/{currency}/payment", "{'amount':'0.5'}")
                .body(
                        "POST " + ROOT + "prices",
                        (tenant, earlier) ->
                                "{'model':'sample-%s','currency':'USD','prompt_per_million':'1','cached_per_million':'1','generated_per_million':'1'}"
                                        .formatted(UUID.randomUUID()))
                .body(
                        "POST " + ROOT + "prices/preview",
                        (tenant, earlier) -> "{'model':'%s','prompt_tokens':3}".formatted(pricedModel(tenant)))
                .body("POST " + ROOT + "statements", (tenant, earlier) -> monthToState(tenant))
                .body("POST " + ROOT + "wallets/{currency}/adjust", "{'amount':'-0.5','account':'receivable'}")
                .body("POST " + ROOT + "credits", "{'currency':'USD','amount':'1'}")
                .body("POST " + ROOT + "ledger/{entry_id}/reverse", "{'reason':'sample'}")
                .body("POST " + ROOT + "ledger/proof", "{}");
    }

    private static String price(Tenant tenant, Instant from) {
        return price(tenant, tenant.organizationId(), "USD", from).ruleId();
    }

    /** With a price for everybody, from now on. */
    private static String pricedModel(Tenant tenant) {
        return price(tenant, null, "USD", null).model();
    }

    private static PriceRule price(
            Tenant tenant, @Nullable String organizationId, String currency, @Nullable Instant from) {
        return tenant.bean(Prices.class)
                .create(
                        new NewPrice(
                                "sample-" + UUID.randomUUID(),
                                organizationId,
                                BigDecimal.ONE,
                                BigDecimal.ONE,
                                BigDecimal.ONE,
                                BigDecimal.ZERO,
                                currency,
                                from),
                        "test")
                .rule();
    }

    private static String topUp(Tenant tenant) {
        return tenant.bean(Ledger.class)
                .topUp(new MoneyMove(tenant.organizationId(), "USD", BigDecimal.TEN, "", "test", null))
                .entryId();
    }

    /** That of the last month, issued when it is asked for first. */
    static String statement(Tenant tenant) {
        YearMonth month = YearMonth.now(ZoneOffset.UTC).minusMonths(1);
        if (tenant.bean(Statements.class).of(tenant.organizationId()).isEmpty()) {
            tenant.bean(UsageStore.class)
                    .record(usage(tenant, price(tenant, Instant.now().plusSeconds(3600)), month));
        }
        return tenant.bean(Statements.class)
                .issue(tenant.organizationId(), "USD", month, "test")
                .statement()
                .statementId();
    }

    /** The last month in a currency in which nothing was stated yet. */
    private static String monthToState(Tenant tenant) {
        String currency = CURRENCIES.next();
        YearMonth month = YearMonth.now(ZoneOffset.UTC).minusMonths(1);
        String rule = price(tenant, tenant.organizationId(), currency, null).ruleId();
        tenant.bean(UsageStore.class).record(usage(tenant, rule, month));
        return "{'currency':'%s','month':'%s'}".formatted(currency, month);
    }

    private static UsageRecord usage(Tenant tenant, String rule, YearMonth month) {
        Instant finished = month.atDay(15).atStartOfDay(ZoneOffset.UTC).toInstant();
        return new UsageRecord(
                "req_" + UUID.randomUUID(),
                UsageOrigin.of("key_1", "proj_1", tenant.organizationId(), "/v1/completions"),
                new UsageServing("molink-demo", "main", null),
                UsageCounts.tokens(17, 5, 40, 40L),
                UsageEnding.of("stop"),
                UsageBill.due(rule, null),
                new UsageTimes(finished.minusSeconds(1), finished, finished),
                Evidence.HEAD);
    }
}
