package dev.molink.controlplane.rollup;

import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PriceRule;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What usage costs its tenants, by bucket and group. A line item is a model and a kind of token: its tokens times the price
 * of the rule that held for them, which is exact since the sums keep rules apart. What minimum charges added is an item of
 * its own: the rest of the charge.
 */
public final class CostReports {

    private static final int MILLION_DIGITS = 6;

    private final UsageReports usage;
    private final PriceBook prices;

    CostReports(UsageReports usage, PriceBook prices) {
        this.usage = usage;
        this.prices = prices;
    }

    /**
     * The costs of billed usage by currency, in the order of their buckets and groups.
     *
     * @param question by day; of its groups, projects and keys count
     * @param byLineItem whether line items are told apart
     */
    public List<CostRow> answer(UsageQuestion question, boolean byLineItem) {
        Set<UsageDimension> groups = EnumSet.of(UsageDimension.CURRENCY);
        groups.addAll(question.groups());
        if (byLineItem) {
            groups.add(UsageDimension.MODEL);
            groups.add(UsageDimension.PRICE_RULE);
        }
        UsageQuestion asked = new UsageQuestion(
                question.organizationId(),
                question.width(),
                question.from(),
                question.to(),
                question.filters(),
                groups);
        Map<Group, Cost> costs = new TreeMap<>(Group.ORDER);
        for (UsageRow row : usage.answer(asked)) {
            String currency = row.value(UsageDimension.CURRENCY);
            if (currency != null) {
                items(row, byLineItem)
                        .forEach(item -> costs.merge(
                                new Group(
                                        row.startsAt(),
                                        row.value(UsageDimension.PROJECT),
                                        row.value(UsageDimension.API_KEY),
                                        item.name(),
                                        currency),
                                item.cost(),
                                Cost::plus));
            }
        }
        return costs.entrySet().stream()
                .map(entry -> entry.getKey().row(entry.getValue()))
                .toList();
    }

    private List<Item> items(UsageRow row, boolean byLineItem) {
        UsageSums sums = row.sums();
        if (!byLineItem) {
            return List.of(new Item(null, new Cost(sums.charge(), null)));
        }
        String model = String.valueOf(row.value(UsageDimension.MODEL));
        Optional<PriceRule> rule =
                Optional.ofNullable(row.value(UsageDimension.PRICE_RULE)).flatMap(prices::rule);
        if (rule.isEmpty()) {
            return List.of(new Item(model, new Cost(sums.charge(), null)));
        }
        List<Item> items = new ArrayList<>();
        BigInteger uncached = sums.chargedPromptTokens().subtract(sums.chargedCachedTokens());
        add(items, model + ", input", uncached, rule.get().promptPerMillion());
        add(
                items,
                model + ", cached input",
                sums.chargedCachedTokens(),
                rule.get().cachedPerMillion());
        add(items, model + ", output", sums.chargedGeneratedTokens(), rule.get().generatedPerMillion());
        BigDecimal rest = items.stream().map(item -> item.cost().amount()).reduce(sums.charge(), BigDecimal::subtract);
        if (rest.signum() != 0) {
            items.add(new Item(model + ", minimum charge", new Cost(rest, null)));
        }
        return items;
    }

    private static void add(List<Item> items, String name, BigInteger tokens, BigDecimal perMillion) {
        if (tokens.signum() != 0) {
            BigDecimal amount = perMillion.multiply(new BigDecimal(tokens)).scaleByPowerOfTen(-MILLION_DIGITS);
            items.add(new Item(name, new Cost(amount, tokens)));
        }
    }

    private record Item(@Nullable String name, Cost cost) {}

    private record Cost(BigDecimal amount, @Nullable BigInteger quantity) {

        Cost plus(Cost more) {
            return new Cost(
                    amount.add(more.amount),
                    quantity == null || more.quantity == null ? null : quantity.add(more.quantity));
        }
    }

    private record Group(
            Instant startsAt,
            @Nullable String projectId,
            @Nullable String apiKeyId,
            @Nullable String lineItem,
            String currency) {

        private static final Comparator<@Nullable String> NAMES = Comparator.nullsFirst(Comparator.naturalOrder());
        static final Comparator<Group> ORDER = Comparator.comparing(Group::startsAt)
                .thenComparing(Group::projectId, NAMES)
                .thenComparing(Group::apiKeyId, NAMES)
                .thenComparing(Group::lineItem, NAMES)
                .thenComparing(Group::currency);

        CostRow row(Cost cost) {
            return new CostRow(startsAt, projectId, apiKeyId, lineItem, currency, cost.amount(), cost.quantity());
        }
    }
}
