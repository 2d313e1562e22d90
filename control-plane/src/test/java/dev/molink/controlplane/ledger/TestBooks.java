package dev.molink.controlplane.ledger;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.TestClock;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.usage.SettledUsage;
import dev.molink.controlplane.usage.UsageBill;
import dev.molink.controlplane.usage.UsageCounts;
import dev.molink.controlplane.usage.UsageEnding;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageServing;
import dev.molink.controlplane.usage.UsageTimes;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The books on a test database, with a clock and a zone of their own. */
public final class TestBooks {

    public static final String USD = "USD";

    public final TestClock clock = new TestClock();
    public final BillingCalendar calendar;
    public final Ledger ledger;
    public final LedgerReader reader;
    public final LedgerProof proof;
    public final MonthClosing closing;
    public final WalletBalance wallets;
    public final CreditExpiry expiry;
    public final Transactions transactions;
    public final Identifiers identifiers;
    public final NamedParameterJdbcOperations database;
    private final ChargePosting posting;

    public TestBooks(TestDatabase on, ZoneId zone) {
        database = on.bean(NamedParameterJdbcOperations.class);
        transactions = on.bean(Transactions.class);
        identifiers = on.bean(Identifiers.class);
        calendar = new BillingCalendar(zone, clock);
        BookStore books = new BookStore(database);
        ledger = new Ledger(books, calendar, transactions, identifiers);
        reader = new LedgerReader(database, books);
        proof = new LedgerProof(database, books, calendar, transactions);
        closing = new MonthClosing(database, books, calendar);
        wallets = new StoredWalletBalance(on.bean(JdbcClient.class), calendar);
        expiry = new CreditExpiry(database, books, calendar, transactions, identifiers);
        posting = new ChargePosting(books, calendar, identifiers);
    }

    public static String organization() {
        return "org_" + UUID.randomUUID().toString().substring(0, 20);
    }

    public static String request() {
        return "req_" + UUID.randomUUID();
    }

    public void setClock(Instant now) {
        clock.advance(Duration.between(clock.instant(), now));
    }

    public LedgerEntry topUp(String organization, String amount) {
        return ledger.topUp(move(organization, amount));
    }

    public LedgerEntry credit(String organization, String amount, @Nullable Instant expiresAt) {
        return ledger.grantCredit(move(organization, amount), expiresAt);
    }

    public static MoneyMove move(String organization, String amount) {
        return new MoneyMove(organization, USD, new BigDecimal(amount), "by a test", "acct_test", null);
    }

    /** Settles them in one transaction, as the store of usage does with what is new or changed. */
    public void settle(List<SettledUsage> settled) {
        transactions.run(() -> {
            posting.apply(settled);
            return true;
        });
    }

    public UsageRecord charge(String organization, String requestId, String amount) {
        UsageRecord record = usage(organization, requestId, amount, clock.instant(), Evidence.HEAD);
        settle(List.of(new SettledUsage(record, null)));
        return record;
    }

    public static UsageRecord usage(
            String organization, String requestId, String amount, Instant finishedAt, Evidence evidence) {
        return usage(organization, requestId, amount, finishedAt, evidence, "price_test", new TokenCounts(17, 5, 40));
    }

    public static UsageRecord usage(
            String organization,
            String requestId,
            String amount,
            Instant finishedAt,
            Evidence evidence,
            String priceRuleId,
            TokenCounts tokens) {
        return new UsageRecord(
                        requestId,
                        UsageOrigin.of("key_1", "proj_1", organization, "/v1/chat/completions"),
                        new UsageServing("molink-demo", "default", null),
                        UsageCounts.tokens(
                                (int) tokens.promptTokens(),
                                (int) tokens.cachedTokens(),
                                tokens.generatedTokens(),
                                null),
                        UsageEnding.of("stop"),
                        UsageBill.due(priceRuleId, null),
                        new UsageTimes(finishedAt.minusSeconds(1), null, finishedAt),
                        evidence)
                .charged(tokens, new BigDecimal(amount), USD);
    }

    /** What is on an account of this kind; of several credits, together. */
    public BigDecimal balance(String organization, AccountKind kind) {
        return reader.balances(organization).stream()
                .filter(balance -> balance.account().kind() == kind)
                .map(AccountBalance::balance)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    public BigDecimal sumOfAllAccounts(String organization) {
        return reader.balances(organization).stream()
                .map(AccountBalance::balance)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    public List<LedgerEntry> entries(String organization) {
        return reader.entries(LedgerFilter.of(organization), null, 10_000).reversed();
    }
}
