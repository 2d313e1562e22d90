package dev.molink.controlplane.ledger;

import static dev.molink.controlplane.ledger.TestBooks.USD;
import static dev.molink.controlplane.ledger.TestBooks.move;
import static dev.molink.controlplane.ledger.TestBooks.organization;
import static dev.molink.controlplane.ledger.TestBooks.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest;
import dev.molink.controlplane.usage.SettledUsage;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;

/** What the books promise, on every database. */
class LedgerTests {

    @ParameterizedTest
    @EnumSource
    void aChargeIsPaidByCreditsThenByTheWalletAndTheRestIsOwed(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        Instant now = books.clock.instant();
        books.credit(organization, "0.30", now.plus(Duration.ofDays(9)));
        books.credit(organization, "0.20", now.plus(Duration.ofDays(3)));
        books.credit(organization, "0.10", null);
        books.topUp(organization, "1");

        books.charge(organization, request(), "1.75");

        assertThat(books.entries(organization).stream()
                        .filter(entry -> entry.kind() == EntryKind.CHARGE)
                        .sorted(Comparator.comparing(LedgerEntry::idempotencyKey))
                        .map(LedgerEntry::amount))
                .containsExactly(
                        new BigDecimal("0.2"),
                        new BigDecimal("0.3"),
                        new BigDecimal("0.1"),
                        new BigDecimal("1"),
                        new BigDecimal("0.15"));
        assertThat(books.balance(organization, AccountKind.CREDIT)).isZero();
        assertThat(books.balance(organization, AccountKind.WALLET)).isZero();
        assertThat(books.balance(organization, AccountKind.RECEIVABLE)).isEqualByComparingTo("-0.15");
        assertThat(books.balance(organization, AccountKind.REVENUE)).isEqualByComparingTo("1.75");
        assertThat(books.sumOfAllAccounts(organization)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void tokensStandInTheFirstRowOfASplitChargeOnly(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.credit(organization, "0.000000000000000001", null);

        books.charge(organization, request(), "0.000000000000000042");

        List<LedgerEntry> charges = books.entries(organization).stream()
                .filter(entry -> entry.kind() == EntryKind.CHARGE)
                .toList();
        assertThat(charges).hasSize(2);
        assertThat(charges.stream()
                        .mapToLong(entry ->
                                Objects.requireNonNull(entry.request()).tokens().generatedTokens())
                        .sum())
                .isEqualTo(40);
        assertThat(books.balance(organization, AccountKind.RECEIVABLE)).isEqualByComparingTo("-0.000000000000000041");
    }

    @ParameterizedTest
    @EnumSource
    void theHeadsReportReversesWhatTheGatewaysEvidenceHadCharged(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        String request = request();
        books.credit(organization, "0.5", null);
        UsageRecord seen = TestBooks.usage(organization, request, "2", books.clock.instant(), Evidence.GATEWAY);
        UsageRecord reported = TestBooks.usage(organization, request, "0.75", books.clock.instant(), Evidence.HEAD);

        books.settle(List.of(new SettledUsage(seen, null), new SettledUsage(reported, seen)));

        assertThat(books.balance(organization, AccountKind.REVENUE)).isEqualByComparingTo("0.75");
        assertThat(books.balance(organization, AccountKind.CREDIT)).isZero();
        assertThat(books.balance(organization, AccountKind.RECEIVABLE)).isEqualByComparingTo("-0.25");
        assertThat(books.entries(organization).stream().filter(entry -> entry.reversalOf() != null))
                .hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void aSecondPostingOfTheSameChargeIsRefusedAsAWhole(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        UsageRecord record = books.charge(organization, request(), "3");
        UsageRecord other = TestBooks.usage(organization, request(), "5", books.clock.instant(), Evidence.HEAD);

        assertThatThrownBy(() -> books.settle(List.of(new SettledUsage(other, null), new SettledUsage(record, null))))
                .isInstanceOf(DataIntegrityViolationException.class);

        assertThat(books.balance(organization, AccountKind.REVENUE)).isEqualByComparingTo("3");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLeftOfACreditExpiresOnceWhoeverLooks(TestDatabase database) throws Exception {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        Instant expiry = books.clock.instant().plus(Duration.ofDays(1));
        books.credit(organization, "5", expiry);
        books.charge(organization, request(), "2");
        books.setClock(expiry);

        InParallel.run(4, number -> books.expiry.expire());

        assertThat(books.balance(organization, AccountKind.CREDIT)).isZero();
        assertThat(books.balance(organization, AccountKind.EXPIRED)).isEqualByComparingTo("3");
        assertThat(books.entries(organization).stream().filter(entry -> entry.kind() == EntryKind.CREDIT_EXPIRY))
                .hasSize(1);
    }

    /** By the time at which the request ended, not at which it is settled. */
    @ParameterizedTest
    @EnumSource
    void anExpiredCreditPaysForWhatEndedBeforeItsEndOnly(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        Instant expiry = books.clock.instant().plus(Duration.ofDays(1));
        books.credit(organization, "5", expiry);
        books.setClock(expiry.plusSeconds(60));

        books.settle(List.of(new SettledUsage(
                TestBooks.usage(organization, request(), "1", expiry.minusMillis(1), Evidence.HEAD), null)));
        books.settle(
                List.of(new SettledUsage(TestBooks.usage(organization, request(), "2", expiry, Evidence.HEAD), null)));

        assertThat(books.balance(organization, AccountKind.CREDIT)).isEqualByComparingTo("4");
        assertThat(books.balance(organization, AccountKind.RECEIVABLE)).isEqualByComparingTo("-2");
    }

    @ParameterizedTest
    @EnumSource
    void anEntryIsReversedOnceAndAReversalNever(TestDatabase database) throws Exception {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        LedgerEntry topUp = books.topUp(organization, "10");

        List<Boolean> reversed = InParallel.run(4, number -> {
            try {
                books.ledger.reverse(topUp.entryId(), "posted twice", "acct_test");
                return true;
            } catch (RefusedException already) {
                return false;
            }
        });

        assertThat(reversed).filteredOn(done -> done).hasSize(1);
        assertThat(books.balance(organization, AccountKind.WALLET)).isZero();
        String reversal = books.reader.reversalOf(topUp.entryId()).orElseThrow().entryId();
        assertThatThrownBy(() -> books.ledger.reverse(reversal, "", "acct_test"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is itself the reversal of " + topUp.entryId());
        assertThatThrownBy(() -> books.ledger.reverse("entry_none", "", "acct_test"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("there is no ledger entry 'entry_none'");
    }

    @ParameterizedTest
    @EnumSource
    void theSameRequestUnderAnIdempotencyKeyMovesMoneyOnce(TestDatabase database) throws Exception {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        MoneyMove topUp = new MoneyMove(organization, USD, BigDecimal.TEN, "", "acct_test", "transfer-7");

        List<LedgerEntry> entries = InParallel.run(4, number -> books.ledger.topUp(topUp));

        assertThat(entries.stream().map(LedgerEntry::entryId).distinct()).hasSize(1);
        assertThat(books.balance(organization, AccountKind.WALLET)).isEqualByComparingTo("10");
        assertThatThrownBy(() -> books.ledger.topUp(
                        new MoneyMove(organization, USD, BigDecimal.ONE, "", "acct_test", "transfer-7")))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the idempotency key 'transfer-7' was used for 10 USD already");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | 'amount' must be above 0 to 1000000000000 with at most 18 decimals, but it is 0
            -1 | but it is -1
            1000000000000.01 | but it is 1000000000000.01
            0.0000000000000000001 | but it is 0.0000000000000000001
            1e999999999 | but it is a number of absurd size""", quoteCharacter = '"')
    void refusesAmountsOutOfRangeWithFieldAndRange(String amount, String sentence) {
        TestBooks books = new TestBooks(TestDatabase.H2, ZoneOffset.UTC);

        assertThatThrownBy(() -> books.topUp(organization(), amount))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @EnumSource
    void refundsPaymentsAndAdjustmentsTakeNoMoreThanThereIs(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.topUp(organization, "10");

        assertThatThrownBy(() -> books.ledger.refund(move(organization, "10.01")))
                .hasMessage("'amount' must be at most what the wallet holds, 10, but it is 10.01");
        assertThatThrownBy(() -> books.ledger.pay(move(organization, "1")))
                .hasMessage("'amount' must be at most what the tenant owes, 0, but it is 1");
        assertThatThrownBy(() -> books.ledger.adjust(move(organization, "-11"), AccountKind.WALLET))
                .hasMessage("'amount' must be at most what the wallet holds, 10, but it is 11");
        books.ledger.adjust(move(organization, "-4"), AccountKind.WALLET);
        books.ledger.adjust(move(organization, "-2"), AccountKind.RECEIVABLE);
        books.ledger.refund(move(organization, "6"));
        books.ledger.pay(move(organization, "1.5"));

        assertThat(books.balance(organization, AccountKind.WALLET)).isZero();
        assertThat(books.balance(organization, AccountKind.RECEIVABLE)).isEqualByComparingTo("-0.5");
        assertThat(books.balance(organization, AccountKind.FUNDING)).isEqualByComparingTo("-5.5");
        assertThat(books.balance(organization, AccountKind.ADJUSTMENT)).isEqualByComparingTo("6");
    }

    @ParameterizedTest
    @EnumSource
    void aBalanceThatTheBooksCannotHoldIsRefused(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        // 2^63 tokens at the highest price
        books.charge(organization, request(), "92233720368547758070");

        assertThatThrownBy(() -> books.charge(organization, request(), "92233720368547758070"))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining("184467440737095516140, but balances are between -10^20 and 10^20");

        assertThat(books.balance(organization, AccountKind.REVENUE)).isEqualByComparingTo("92233720368547758070");
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseRefusesToChangeOrRemoveWhatIsPosted(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        LedgerEntry entry = books.topUp(organization(), "10");

        for (String change : List.of(
                "UPDATE ledger_entry SET amount = 11 WHERE entry_id = :id",
                "DELETE FROM ledger_entry WHERE entry_id = :id",
                "UPDATE ledger_account SET kind = 'WALLET' WHERE account_id = :account",
                "DELETE FROM ledger_account WHERE account_id = :account")) {
            assertThatThrownBy(() -> books.database.update(
                            change,
                            Map.of("id", entry.entryId(), "account", entry.to().accountId())))
                    .as(change)
                    .isInstanceOf(DataAccessException.class)
                    .hasStackTraceContaining("are never changed or removed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "POSTGRESQL")
    void postgresqlRefusesToTruncateTheBooks(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);

        assertThatThrownBy(() -> books.database.update("TRUNCATE ledger_entry CASCADE", Map.of()))
                .isInstanceOf(DataAccessException.class)
                .hasStackTraceContaining("are never changed or removed");
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseRefusesRowsThatAreNoMovementBetweenTwoAccounts(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.topUp(organization, "10");
        String wallet = organization + ":USD:wallet";
        String funding = organization + ":USD:funding";

        assertThatThrownBy(() -> insert(books, organization, wallet, wallet, "1"))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageMatching("(?is).*two_accounts.*");
        assertThatThrownBy(() -> insert(books, organization, funding, wallet, "-1"))
                .isInstanceOf(DataIntegrityViolationException.class);
        assertThatThrownBy(() -> insert(books, organization, funding, wallet, "0"))
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aProjectionThatIsWrongIsFoundAndSetRight(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.topUp(organization, "10");
        books.proof.rebuild(); // other tests break books on purpose
        assertThat(books.proof.rebuild()).isEmpty();
        books.database.update(
                "UPDATE ledger_balance SET balance = 11 WHERE account_id = :id",
                Map.of("id", organization + ":USD:wallet"));

        List<LedgerProof.Difference> differences = books.proof.rebuild();

        assertThat(differences)
                .containsExactly(new LedgerProof.Difference(
                        organization + ":USD:wallet", new BigDecimal("11"), new BigDecimal("10")));
        assertThat(books.balance(organization, AccountKind.WALLET)).isEqualByComparingTo("10");
        assertThat(books.proof.rebuild()).isEmpty();
        assertThat(books.proof.sumOfAllAccounts()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void onlyAPrepaidTenantIsBoundByItsWallet(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.topUp(organization, "10");
        assertThat(books.wallets.available(organization, USD)).isEmpty();

        Terms before = books.ledger.setTerms(organization, USD, Terms.PREPAID);
        books.credit(organization, "3", books.clock.instant().plusSeconds(60));
        books.charge(organization, request(), "14");

        assertThat(before).isEqualTo(Terms.POSTPAID);
        assertThat(books.wallets.available(organization, USD)).contains(new BigDecimal("-1"));
        books.credit(organization, "3", books.clock.instant().plusSeconds(60));
        assertThat(books.wallets.available(organization, USD)).contains(new BigDecimal("2"));
        books.clock.advance(Duration.ofSeconds(60));
        assertThat(books.wallets.available(organization, USD)).contains(new BigDecimal("-1"));
    }

    @ParameterizedTest
    @EnumSource
    void pagesOfEntriesFollowEachOtherWithoutGapAndFiltersHold(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        for (int i = 1; i <= 7; i++) {
            books.topUp(organization, Integer.toString(i));
        }
        String request = request();
        books.charge(organization, request, "1");

        List<LedgerEntry> all = books.reader.entries(LedgerFilter.of(organization), null, 100);
        List<LedgerEntry> first = books.reader.entries(LedgerFilter.of(organization), null, 5);
        List<LedgerEntry> second = books.reader.entries(LedgerFilter.of(organization), first.getLast(), 5);

        assertThat(first).hasSize(5).isEqualTo(all.subList(0, 5));
        assertThat(second).isEqualTo(all.subList(5, 8));
        Page<LedgerEntry> upwards = books.reader.page(
                LedgerFilter.of(organization), new PageRequest(3, all.get(4).entryId(), null, PageRequest.Order.ASC));
        assertThat(upwards.items()).isEqualTo(all.subList(1, 4).reversed());
        assertThat(upwards.hasMore()).isTrue();
        assertThatThrownBy(() -> books.reader.page(
                        LedgerFilter.of(organization()),
                        new PageRequest(3, all.get(4).entryId(), null, PageRequest.Order.ASC)))
                .hasMessage("'after' names no item of this list");
        assertThat(books.reader.entries(
                        new LedgerFilter(
                                organization, USD, "proj_1", request, null, EntryKind.CHARGE, null, null, null),
                        null,
                        5))
                .hasSize(1);
    }

    private static void insert(TestBooks books, String organization, String from, String to, String amount) {
        books.database.update(
                """
                INSERT INTO ledger_entry (entry_id, idempotency_key, book_id, from_account_id, to_account_id, amount, kind,
                    billing_month, late, reason, actor_id, occurred_at, posted_at)
                VALUES (:id, :id, :book, :from, :to, :amount, 'TOP_UP', '2026-11', FALSE, '', 'test', CURRENT_TIMESTAMP,
                    CURRENT_TIMESTAMP)""",
                Map.of(
                        "id",
                        request().substring(0, 40),
                        "book",
                        organization + ":USD",
                        "from",
                        from,
                        "to",
                        to,
                        "amount",
                        new BigDecimal(amount)));
    }
}
