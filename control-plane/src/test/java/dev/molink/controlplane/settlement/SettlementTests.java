package dev.molink.controlplane.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.ledger.AccountBalance;
import dev.molink.controlplane.ledger.AccountKind;
import dev.molink.controlplane.ledger.LedgerEntry;
import dev.molink.controlplane.ledger.LedgerFilter;
import dev.molink.controlplane.ledger.LedgerProof;
import dev.molink.controlplane.ledger.LedgerReader;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.pricing.Prices;
import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.usage.UsageBill;
import dev.molink.controlplane.usage.UsageCounts;
import dev.molink.controlplane.usage.UsageEnding;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageServing;
import dev.molink.controlplane.usage.UsageStore;
import dev.molink.controlplane.usage.UsageTimes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From usage records to the ledger, on every database. */
class SettlementTests {

    private static final int REQUESTS = Boolean.getBoolean("molink.test.full") ? 2_000 : 200;
    private static final int WRITERS = 4;

    @ParameterizedTest
    @EnumSource
    void chargesByTheRuleThatHeldAtAdmissionWhateverHoldsNow(TestDatabase database) {
        String model = "model-" + UUID.randomUUID();
        String organization = organization();
        String frozen = price(database, model, "3", null);
        price(database, model, "99", database.clock().instant().plusSeconds(1));
        database.clock().advance(Duration.ofSeconds(2));

        database.bean(UsageStore.class).record(usage(organization, request(), frozen, 40, null, null, Evidence.HEAD));

        // (17 - 5) * 3 + 5 * 0.5 + 40 * 4 per million
        assertThat(revenue(database, organization)).isEqualByComparingTo("0.0001985");
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatWasCountedBesideWhatIsCharged(TestDatabase database) {
        String organization = organization();
        String request = request();
        String rule = price(database, "model-" + UUID.randomUUID(), "3", null);

        database.bean(UsageStore.class).record(usage(organization, request, rule, 40, 7L, "stage_lost", Evidence.HEAD));

        UsageRecord written = database.bean(UsageStore.class).find(request).orElseThrow();
        assertThat(written.generatedTokens()).isEqualTo(40);
        assertThat(written.deliveredTokens()).isEqualTo(7);
        assertThat(written.charged()).isEqualTo(new TokenCounts(17, 5, 7));
        assertThat(written.charge()).isEqualByComparingTo("0.0000665");
        assertThat(revenue(database, organization)).isEqualByComparingTo("0.0000665");
    }

    /** The head of a killed gateway's request does not know what was delivered; the gateway's own record does. */
    @ParameterizedTest
    @EnumSource
    void theHeadsReportIsChargedByWhatTheGatewayKnewToBeDelivered(TestDatabase database) {
        String organization = organization();
        String request = request();
        String rule = price(database, "model-" + UUID.randomUUID(), "3", null);
        UsageStore store = database.bean(UsageStore.class);
        store.record(usage(organization, request, rule, 10, 7L, "head_lost", Evidence.GATEWAY));

        store.record(usage(organization, request, rule, 40, null, "stage_lost", Evidence.HEAD));

        assertThat(store.find(request).orElseThrow().charged()).isEqualTo(new TokenCounts(17, 5, 7));
        assertThat(revenue(database, organization)).isEqualByComparingTo("0.0000665");
    }

    @ParameterizedTest
    @EnumSource
    void aRequestWithoutAPriceMovesNoMoney(TestDatabase database) {
        String organization = organization();

        database.bean(UsageStore.class).record(usage(organization, request(), null, 40, null, null, Evidence.HEAD));

        assertThat(database.bean(LedgerReader.class).books(organization)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void duplicatesAndAnyOrderLeaveOneChargePerRequest(TestDatabase database) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("SettlementTests seed " + seed + " on " + database);
        Random random = new Random(seed);
        String organization = organization();
        String rule = price(database, "model-" + UUID.randomUUID(), "3", null);
        UsageStore store = database.bean(UsageStore.class);
        Map<String, BigInteger> expected = new HashMap<>();
        List<UsageRecord> arrivals = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            arrivals.addAll(arrivals(organization, rule, random, expected));
        }
        Collections.shuffle(arrivals, random);

        InParallel.run(WRITERS, writer -> {
            Random mine = new Random(seed + writer);
            for (int at = writer; at < arrivals.size(); ) {
                List<UsageRecord> batch = new ArrayList<>();
                for (int size = 1 + mine.nextInt(20); size > 0 && at < arrivals.size(); size--, at += WRITERS) {
                    batch.add(arrivals.get(at));
                }
                store.recordAll(batch);
            }
            return true;
        });
        store.recordAll(arrivals);

        Map<String, BigInteger> charged = new HashMap<>();
        for (LedgerEntry entry : entries(database, organization)) {
            BigInteger units = entry.amount().movePointRight(18).toBigIntegerExact();
            charged.merge(
                    Objects.requireNonNull(entry.request()).requestId(),
                    entry.reversalOf() == null ? units : units.negate(),
                    BigInteger::add);
        }
        assertThat(charged).as("seed " + seed).isEqualTo(expected);
        assertThat(database.bean(LedgerProof.class).rebuild())
                .as("seed " + seed)
                .isEmpty();
    }

    /** What comes of one request: once or several times, from the gateway, the head, or both. */
    private static List<UsageRecord> arrivals(
            String organization, String rule, Random random, Map<String, BigInteger> expected) {
        String request = request();
        UsageRecord seen = usage(organization, request, rule, random.nextInt(1_000), null, null, Evidence.GATEWAY);
        UsageRecord reported = usage(organization, request, rule, random.nextInt(1_000), null, null, Evidence.HEAD);
        boolean byGateway = random.nextInt(3) == 0;
        boolean byHead = !byGateway || random.nextBoolean();
        List<UsageRecord> arrivals = new ArrayList<>();
        for (int times = byGateway ? 1 + random.nextInt(3) : 0; times > 0; times--) {
            arrivals.add(seen);
        }
        for (int times = byHead ? 1 + random.nextInt(3) : 0; times > 0; times--) {
            arrivals.add(reported);
        }
        expected.put(request, units((byHead ? reported : seen).generatedTokens()));
        return arrivals;
    }

    /** 12 tokens at 3, 5 at 0.5 and the generated ones at 4 per million, in units of 10^-18. */
    private static BigInteger units(long generated) {
        return BigInteger.valueOf(12 * 30 + 5 * 5 + generated * 40).multiply(BigInteger.TEN.pow(11));
    }

    private static List<LedgerEntry> entries(TestDatabase database, String organization) {
        return database.bean(LedgerReader.class).entries(LedgerFilter.of(organization), null, 1_000_000);
    }

    private static BigDecimal revenue(TestDatabase database, String organization) {
        return database.bean(LedgerReader.class).balances(organization).stream()
                .filter(balance -> balance.account().kind() == AccountKind.REVENUE)
                .map(AccountBalance::balance)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static String price(TestDatabase database, String model, String prompt, @Nullable Instant from) {
        return database.bean(Prices.class)
                .create(
                        new NewPrice(
                                model,
                                null,
                                new BigDecimal(prompt),
                                new BigDecimal("0.5"),
                                new BigDecimal("4"),
                                BigDecimal.ZERO,
                                "USD",
                                from),
                        "acct_test")
                .rule()
                .ruleId();
    }

    private static UsageRecord usage(
            String organization,
            String request,
            @Nullable String rule,
            long generated,
            @Nullable Long delivered,
            @Nullable String failure,
            Evidence evidence) {
        Instant finished = Instant.parse("2026-11-21T10:00:00Z");
        return new UsageRecord(
                request,
                UsageOrigin.of("key_1", "proj_1", organization, "/v1/chat/completions"),
                new UsageServing("molink-demo", "default", null),
                UsageCounts.tokens(17, 5, generated, delivered),
                new UsageEnding(List.of(failure == null ? "stop" : "failed"), failure),
                UsageBill.due(rule, null),
                new UsageTimes(finished.minusSeconds(1), null, finished),
                evidence);
    }

    private static String organization() {
        return "org_" + UUID.randomUUID().toString().substring(0, 20);
    }

    private static String request() {
        return "req_" + UUID.randomUUID();
    }
}
