package dev.molink.controlplane.profit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.evidence.EvidenceRows;
import dev.molink.controlplane.evidence.EvidenceStore;
import dev.molink.controlplane.evidence.Evidences;
import dev.molink.controlplane.evidence.StageEvidence;
import dev.molink.controlplane.evidence.StagePart;
import dev.molink.controlplane.usage.BookedRequests;
import dev.molink.controlplane.usage.RowCounts;
import dev.molink.controlplane.usage.UsageRecord;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reports against a recomputation of its own: fractions of whole numbers, request by request. */
class ProfitTests {

    private static final int REQUESTS = Boolean.getBoolean("molink.test.full") ? 3_000 : 300;
    private static final BigInteger NANOS_PER_HOUR = BigInteger.valueOf(3_600_000_000_000L);
    private static final BigInteger GIGABYTE = BigInteger.valueOf(1_000_000_000L);

    private static final AtomicInteger DAYS = new AtomicInteger();

    /** A day of its own, so that no other test's requests are in it. */
    private final Instant day = Instant.parse("1970-02-01T00:00:00Z").plus(DAYS.getAndIncrement(), ChronoUnit.DAYS);

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    @ParameterizedTest
    @EnumSource
    void addsUpWhatAnIndependentRecomputationDoes(TestDatabase database) {
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("ProfitTests: seed %d (-Dmolink.test.seed)%n", seed);
        Random random = new Random(seed);
        List<CostProfile> profiles = profiles(database);
        List<UsageRecord> usage = new ArrayList<>();
        List<StageEvidence> evidence = new ArrayList<>();
        for (int number = 0; number < REQUESTS; number++) {
            addRequest(random, number, usage, evidence);
        }
        usage.forEach(each -> BookedRequests.write(database, each));
        database.bean(EvidenceStore.class).recordAll(evidence);
        Oracle oracle = new Oracle(profiles, usage, evidence);

        assertLines(database, Grouping.TENANT, oracle.lines(UsageRecord::organizationId), seed);
        assertLines(database, Grouping.MODEL, oracle.lines(UsageRecord::model), seed);
        assertLines(database, Grouping.PIPELINE, oracle.lines(UsageRecord::pipeline), seed);
        assertLines(
                database,
                Grouping.HOUR,
                oracle.lines(
                        each -> each.finishedAt().truncatedTo(ChronoUnit.HOURS).toString()),
                seed);
        assertLines(database, Grouping.REQUEST, oracle.lines(UsageRecord::requestId), seed);
        ProfitReport tenants = report(database, Grouping.TENANT, null);
        assertThat(describe(tenants.total())).isEqualTo(oracle.lines(_ -> "").get(""));
        ProfitReport one = report(database, Grouping.MODEL, "org_1" + run);
        assertThat(describe(one.total()))
                .isEqualTo(oracle.lines(UsageRecord::organizationId).get("org_1" + run));
        assertThat(one.idle()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void leavesOutLinesBeyondTheLimitThoughNotOfTheTotal(TestDatabase database) {
        for (int number = 0; number < 3; number++) {
            BookedRequests.write(database, plain("r" + number, new RowCounts(0, 0, 0, 0, 0, 0)));
        }

        ProfitReport report = database.bean(Profits.class)
                .report(new ProfitQuery(day, day.plus(1, ChronoUnit.DAYS), Grouping.REQUEST, null, 2));

        assertThat(report.lines()).hasSize(2);
        assertThat(report.truncated()).isTrue();
        assertThat(report.total().requests()).isEqualTo(3);
        assertThat(report.total().margin()).isEqualTo(new Margin.Unknown(Margin.Reason.NO_COST));
    }

    /** Of a stage that is silent, of a part of its rows, of a head that is: never 0, never 100 %. */
    @ParameterizedTest
    @EnumSource
    void oneUnknownRequestMakesTheSumUnknownAndLeavesTheKnownPart(TestDatabase database) {
        profiles(database);
        RowCounts ten = new RowCounts(10, 0, 0, 0, 0, 0);
        for (String id : List.of("whole", "silent", "partial", "headless")) {
            BookedRequests.write(database, plain(id, id.equals("headless") ? null : ten));
        }
        database.bean(EvidenceStore.class)
                .recordAll(List.of(
                        counted("whole", node(0), 1, Evidences.FIRST, 10),
                        counted("whole", node(1), 1, Evidences.LAST, 10),
                        counted("silent", node(0), 2, Evidences.FIRST, 10),
                        counted("partial", node(0), 3, Evidences.FIRST, 10),
                        counted("partial", node(1), 3, Evidences.LAST, 9),
                        counted("headless", node(0), 4, Evidences.FIRST, 10),
                        counted("headless", node(1), 4, Evidences.LAST, 10)));

        ProfitReport report = report(database, Grouping.REQUEST, null);

        assertThat(report.lines().stream()
                        .collect(Collectors.toMap(
                                ProfitLine::key, line -> line.cost().known())))
                .isEqualTo(Map.of(id("whole"), true, id("silent"), false, id("partial"), false, id("headless"), false));
        assertThat(report.lines())
                .allSatisfy(
                        line -> assertThat(line.cost().byCurrency().get("USD")).isPositive());
        assertThat(report.total().withoutEvidence()).isEqualTo(3);
        assertThat(report.total().cost().known()).isFalse();
        assertThat(report.total().margin()).isEqualTo(new Margin.Unknown(Margin.Reason.EVIDENCE_MISSING));
    }

    private UsageRecord plain(String id, @Nullable RowCounts rows) {
        return BookedRequests.record(
                id(id), "org_1" + run, "m", "default", 10, 0, List.of(1), rows, null, null, null, day.plusSeconds(60));
    }

    private StageEvidence counted(String id, String node, long sequence, StagePart part, long rows) {
        return at(day.plusSeconds(59), Evidences.of(id(id), node, sequence, part, Evidences.computed(rows)));
    }

    private String id(String name) {
        return name + "-" + run;
    }

    private String node(int number) {
        return "n" + number + "-" + run;
    }

    /** n0: rent, dearer from noon; n1: bought; n2: rent in euro; n3: nothing known before noon. */
    private List<CostProfile> profiles(TestDatabase database) {
        CostProfiles profiles = database.bean(CostProfiles.class);
        Instant noon = day.plus(12, ChronoUnit.HOURS);
        Instant before = day.minus(10, ChronoUnit.DAYS);
        NodeCost bought = new NodeCost.Purchase(
                new BigDecimal("1999.99"),
                new BigDecimal("26281"),
                new BigDecimal("412.5"),
                new BigDecimal("61"),
                new BigDecimal("0.2931"));
        return List.of(
                create(profiles, 0, new NodeCost.Rent(new BigDecimal("0.77")), "0.012", "USD", before),
                create(profiles, 0, new NodeCost.Rent(new BigDecimal("1.01")), "0.013", "USD", noon),
                create(profiles, 1, bought, "0", "USD", before),
                create(profiles, 2, new NodeCost.Rent(new BigDecimal("0.333333333333")), "0.1", "EUR", before),
                create(profiles, 3, new NodeCost.Rent(new BigDecimal("0.5")), "0", "USD", noon));
    }

    private CostProfile create(
            CostProfiles profiles, int number, NodeCost cost, String network, String currency, Instant from) {
        return profiles.create(
                new NewCostProfile(node(number), cost, new BigDecimal(network), currency, from), "key_1");
    }

    private void addRequest(Random random, int number, List<UsageRecord> usage, List<StageEvidence> evidence) {
        String id = id("req" + number);
        Instant finished = day.plusMillis(random.nextLong(Duration.ofDays(1).toMillis()));
        long computed = random.nextInt(5_000);
        long discarded = random.nextInt(30);
        boolean billed = random.nextInt(5) > 0;
        boolean charged = billed && random.nextInt(30) > 0;
        usage.add(BookedRequests.record(
                id,
                "org_" + random.nextInt(3) + run,
                "model-" + random.nextInt(2),
                random.nextInt(4) == 0 ? "slow" : "fast",
                10,
                0,
                List.of(5),
                random.nextInt(20) == 0 ? null : new RowCounts(computed, 0, 0, 0, 0, discarded),
                charged ? BigDecimal.valueOf(random.nextLong(1L << 50), 18) : null,
                charged ? random.nextInt(6) == 0 ? "EUR" : "USD" : null,
                billed ? "price_1" : null,
                finished));
        int cut = 1 + random.nextInt(7);
        int stages = random.nextInt(12);
        if (stages != 0) {
            stage(random, id, new StagePart("p", "m", 0, cut, 8), computed, discarded, finished, evidence);
        }
        if (stages != 1) {
            stage(random, id, new StagePart("p", "m", cut, 8, 8), computed, discarded, finished, evidence);
        }
    }

    /** In one record or in two of which the second takes back what was for nothing. */
    private void stage(
            Random random,
            String id,
            StagePart part,
            long computed,
            long discarded,
            Instant finished,
            List<StageEvidence> evidence) {
        String node = node(random.nextInt(20) == 0 ? 3 : random.nextInt(10) == 0 ? 2 : random.nextInt(2));
        long nanos = random.nextLong(1L << 40);
        long bytes = random.nextLong(1L << 34);
        Instant counted = finished.minusMillis(random.nextInt(3_000));
        if (random.nextBoolean()) {
            EvidenceRows all = new EvidenceRows(computed, 0, 0, 0, 0, discarded);
            evidence.add(at(counted, Evidences.of(id, node, evidence.size(), part, all, nanos, bytes)));
        } else {
            EvidenceRows first = Evidences.computed(computed + discarded);
            EvidenceRows then = new EvidenceRows(-discarded, 0, 0, 0, 0, discarded);
            evidence.add(at(counted, Evidences.of(id, node, evidence.size(), part, first, nanos, bytes)));
            evidence.add(at(counted.plusSeconds(9), Evidences.of(id, node, evidence.size(), part, then, 0, 0)));
        }
    }

    private static StageEvidence at(Instant counted, StageEvidence record) {
        return new StageEvidence(
                record.requestId(),
                record.nodeId(),
                record.epoch(),
                record.sequence(),
                record.part(),
                record.rows(),
                record.cachedTokens(),
                record.busyNanos(),
                record.bytesReceived(),
                record.bytesSent(),
                counted);
    }

    private ProfitReport report(TestDatabase database, Grouping grouping, @Nullable String organization) {
        return database.bean(Profits.class)
                .report(new ProfitQuery(day, day.plus(1, ChronoUnit.DAYS), grouping, organization, 10_000));
    }

    private void assertLines(TestDatabase database, Grouping grouping, Map<String, String> expected, long seed) {
        Map<String, String> found = new TreeMap<>();
        report(database, grouping, null).lines().forEach(line -> found.put(line.key(), describe(line)));
        assertThat(found).as("%s, seed %d", grouping, seed).isEqualTo(expected);
    }

    private static String describe(ProfitLine line) {
        return "%d requests, %d/%d/%d/%d, revenue %s, cost %s, margin %s, %d ns, %d bytes"
                .formatted(
                        line.requests(),
                        line.unbilled(),
                        line.withoutEvidence(),
                        line.withoutProfile(),
                        line.withoutCharge(),
                        describe(line.revenue()),
                        describe(line.cost()),
                        line.margin() instanceof Margin.Known(BigDecimal ratio, String currency)
                                ? ratio.toPlainString() + currency
                                : ((Margin.Unknown) line.margin()).reason().toString(),
                        line.busyNanos(),
                        line.bytesSent());
    }

    private static String describe(Amounts amounts) {
        return (amounts.known() ? "" : "at least ")
                + amounts.byCurrency().entrySet().stream()
                        .map(each -> each.getValue().setScale(18).toPlainString() + each.getKey())
                        .toList();
    }

    /** Knows only the records and the rules of the documentation. */
    private static final class Oracle {

        private final List<CostProfile> profiles;
        private final List<UsageRecord> usage;
        private final Map<String, List<StageEvidence>> evidence;

        Oracle(List<CostProfile> profiles, List<UsageRecord> usage, List<StageEvidence> evidence) {
            this.profiles = profiles;
            this.usage = usage;
            this.evidence = evidence.stream().collect(Collectors.groupingBy(StageEvidence::requestId));
        }

        Map<String, String> lines(Function<UsageRecord, String> key) {
            Map<String, List<UsageRecord>> groups =
                    usage.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.toList()));
            Map<String, String> lines = new TreeMap<>();
            groups.forEach((group, requests) -> lines.put(group, line(requests)));
            return lines;
        }

        private String line(List<UsageRecord> requests) {
            long unbilled =
                    requests.stream().filter(each -> each.priceRuleId() == null).count();
            long noCharge = requests.stream()
                    .filter(each -> each.priceRuleId() != null && each.charge() == null)
                    .count();
            long noEvidence =
                    requests.stream().filter(each -> !isComplete(each)).count();
            long noProfile = requests.stream().filter(each -> !isPriced(each)).count();
            Map<String, BigDecimal> revenue = new TreeMap<>();
            requests.stream()
                    .filter(each -> each.charge() != null)
                    .forEach(each -> revenue.merge(each.currency(), each.charge(), BigDecimal::add));
            Map<String, Fraction> exact = new TreeMap<>();
            records(requests).forEach(each -> cost(each, exact));
            Map<String, BigDecimal> cost = new TreeMap<>();
            exact.forEach((currency, fraction) -> cost.put(currency, fraction.rounded(18)));
            return "%d requests, %d/%d/%d/%d, revenue %s, cost %s, margin %s, %d ns, %d bytes"
                    .formatted(
                            requests.size(),
                            unbilled,
                            noEvidence,
                            noProfile,
                            noCharge,
                            amounts(noCharge == 0, revenue),
                            amounts(noEvidence + noProfile == 0, cost),
                            margin(noEvidence, noProfile, noCharge, revenue, cost),
                            records(requests).stream()
                                    .mapToLong(StageEvidence::busyNanos)
                                    .sum(),
                            records(requests).stream()
                                    .mapToLong(StageEvidence::bytesSent)
                                    .sum());
        }

        private static String amounts(boolean known, Map<String, BigDecimal> amounts) {
            return (known ? "" : "at least ")
                    + amounts.entrySet().stream()
                            .map(each -> each.getValue().setScale(18).toPlainString() + each.getKey())
                            .toList();
        }

        private static String margin(
                long noEvidence,
                long noProfile,
                long noCharge,
                Map<String, BigDecimal> revenue,
                Map<String, BigDecimal> cost) {
            TreeSet<String> currencies = new TreeSet<>(revenue.keySet());
            currencies.addAll(cost.keySet());
            if (noEvidence > 0) {
                return "EVIDENCE_MISSING";
            } else if (noProfile > 0) {
                return "COST_PROFILE_MISSING";
            } else if (noCharge > 0) {
                return "CHARGE_MISSING";
            } else if (currencies.size() > 1) {
                return "SEVERAL_CURRENCIES";
            } else if (cost.values().stream().allMatch(each -> each.signum() == 0)) {
                return "NO_COST";
            }
            String currency = currencies.first();
            Fraction spent = Fraction.of(Objects.requireNonNull(cost.get(currency)));
            Fraction earned = Fraction.of(revenue.getOrDefault(currency, BigDecimal.ZERO));
            BigInteger top = earned.top.multiply(spent.bottom).subtract(spent.top.multiply(earned.bottom));
            return new Fraction(
                                    top.multiply(spent.bottom),
                                    earned.bottom.multiply(spent.bottom).multiply(spent.top))
                            .rounded(12)
                            .toPlainString()
                    + currency;
        }

        private List<StageEvidence> records(List<UsageRecord> requests) {
            return requests.stream().flatMap(each -> records(each).stream()).toList();
        }

        private List<StageEvidence> records(UsageRecord request) {
            return evidence.getOrDefault(request.requestId(), List.of());
        }

        private boolean isComplete(UsageRecord request) {
            if (request.rows() == null) {
                return false;
            }
            long expected = request.rows().computed() + request.rows().discarded();
            for (int layer = 0; layer < 8; layer++) {
                int at = layer;
                long counted = records(request).stream()
                        .filter(each -> each.part().firstLayer() <= at
                                && at < each.part().endLayer())
                        .mapToLong(each -> each.rows().computed() + each.rows().discarded())
                        .sum();
                if (counted != expected) {
                    return false;
                }
            }
            return true;
        }

        private boolean isPriced(UsageRecord request) {
            return records(request).stream().allMatch(each -> profile(each) != null);
        }

        private @Nullable CostProfile profile(StageEvidence record) {
            @Nullable CostProfile holding = null;
            for (CostProfile each : profiles) {
                boolean holds = each.nodeId().equals(record.nodeId())
                        && !each.effectiveFrom().isAfter(record.countedAt());
                if (holds && (holding == null || each.effectiveFrom().isAfter(holding.effectiveFrom()))) {
                    holding = each;
                }
            }
            return holding;
        }

        private void cost(StageEvidence record, Map<String, Fraction> sums) {
            CostProfile profile = profile(record);
            if (profile == null) {
                return;
            }
            Fraction hour = switch (profile.cost()) {
                case NodeCost.Rent(BigDecimal perHour) -> Fraction.of(perHour);
                case NodeCost.Purchase bought ->
                    Fraction.of(bought.price())
                            .over(Fraction.of(bought.lifeHours()))
                            .plus(Fraction.of(bought.busyWatts())
                                    .times(Fraction.of(bought.pricePerKwh()))
                                    .over(Fraction.of(new BigDecimal(1000))));
            };
            Fraction time = hour.times(new Fraction(BigInteger.valueOf(record.busyNanos()), NANOS_PER_HOUR));
            Fraction network = Fraction.of(profile.pricePerGigabyte())
                    .times(new Fraction(BigInteger.valueOf(record.bytesSent()), GIGABYTE));
            sums.merge(profile.currency(), time.plus(network), Fraction::plus);
        }
    }

    private record Fraction(BigInteger top, BigInteger bottom) {

        static Fraction of(BigDecimal value) {
            BigDecimal plain = value.setScale(Math.max(0, value.scale()));
            return new Fraction(plain.unscaledValue(), BigInteger.TEN.pow(plain.scale()));
        }

        Fraction plus(Fraction other) {
            return reduced(top.multiply(other.bottom).add(other.top.multiply(bottom)), bottom.multiply(other.bottom));
        }

        Fraction times(Fraction other) {
            return reduced(top.multiply(other.top), bottom.multiply(other.bottom));
        }

        Fraction over(Fraction other) {
            return reduced(top.multiply(other.bottom), bottom.multiply(other.top));
        }

        private static Fraction reduced(BigInteger top, BigInteger bottom) {
            BigInteger common = top.gcd(bottom);
            return new Fraction(top.divide(common), bottom.divide(common));
        }

        /** Half-even, with nothing but whole numbers. */
        BigDecimal rounded(int decimals) {
            BigInteger scaled = top.multiply(BigInteger.TEN.pow(decimals));
            BigInteger[] parts = scaled.abs().divideAndRemainder(bottom.abs());
            int half = parts[1].shiftLeft(1).compareTo(bottom.abs());
            boolean up = half > 0 || (half == 0 && parts[0].testBit(0));
            BigInteger whole = up ? parts[0].add(BigInteger.ONE) : parts[0];
            boolean negative = scaled.signum() * bottom.signum() < 0;
            return new BigDecimal(negative ? whole.negate() : whole, decimals);
        }
    }
}
