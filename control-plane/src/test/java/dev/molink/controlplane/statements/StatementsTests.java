package dev.molink.controlplane.statements;

import static dev.molink.controlplane.ledger.TestBooks.USD;
import static dev.molink.controlplane.ledger.TestBooks.organization;
import static dev.molink.controlplane.ledger.TestBooks.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.ledger.AccountKind;
import dev.molink.controlplane.ledger.BillingCalendar;
import dev.molink.controlplane.ledger.EntryKind;
import dev.molink.controlplane.ledger.MoneyMove;
import dev.molink.controlplane.ledger.TestBooks;
import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.usage.SettledUsage;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;

/** What statements promise, on every database. */
class StatementsTests {

    private static final YearMonth SEPTEMBER = YearMonth.of(2026, 9);
    private static final YearMonth OCTOBER = YearMonth.of(2026, 10);
    private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant DECEMBER = Instant.parse("2026-12-05T00:00:00Z");

    /** Berlin leaves summer time on 25 October 2026, so its October begins at 22:00 and ends at 23:00 of UTC. */
    @ParameterizedTest
    @EnumSource
    void monthsBeginAndEndInTheBillingZone(TestDatabase database) {
        TestBooks books = new TestBooks(database, BERLIN);
        String organization = organization();
        books.setClock(DECEMBER);
        settle(books, organization, "1", "2026-09-30T21:59:59.999999Z");
        settle(books, organization, "2", "2026-09-30T22:00:00Z");
        settle(books, organization, "4", "2026-10-31T22:59:59.999999Z");
        settle(books, organization, "8", "2026-10-31T23:00:00Z");
        Statements statements = statements(books);

        Statement september =
                statements.issue(organization, USD, SEPTEMBER, "acct_test").statement();
        Statement october =
                statements.issue(organization, USD, OCTOBER, "acct_test").statement();
        Statement november =
                statements.issue(organization, USD, NOVEMBER, "acct_test").statement();

        assertThat(september.charged()).isEqualByComparingTo("1");
        assertThat(october.charged()).isEqualByComparingTo("6");
        assertThat(november.charged()).isEqualByComparingTo("8");
        assertThat(List.of(september.number(), october.number(), november.number()))
                .containsExactly(1L, 2L, 3L);
        assertThat(november.openingBalance()).isEqualByComparingTo("-7");
        assertThat(november.closingBalance()).isEqualByComparingTo("-15");
    }

    /** Asunción set its clocks forward at midnight: 1 October 2023 began at 1:00, which is 4:00 of UTC. */
    @Test
    void aMonthWhoseMidnightDoesNotExistBeginsWithItsFirstInstant() {
        BillingCalendar calendar = new BillingCalendar(ZoneId.of("America/Asuncion"), () -> DECEMBER);
        Instant first = Instant.parse("2023-10-01T04:00:00Z");

        assertThat(calendar.startOf(YearMonth.of(2023, 10))).isEqualTo(first);
        assertThat(calendar.monthOf(first)).isEqualTo(YearMonth.of(2023, 10));
        assertThat(calendar.monthOf(first.minusNanos(1))).isEqualTo(YearMonth.of(2023, 9));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSettledAfterTheStatementGoesToTheNextAsLate(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.setClock(DECEMBER);
        settle(books, organization, "1", "2026-10-15T00:00:00Z");
        Statements statements = statements(books);
        Statement october =
                statements.issue(organization, USD, OCTOBER, "acct_test").statement();

        settle(books, organization, "0.5", "2026-10-31T23:59:59Z");
        settle(books, organization, "2", "2026-11-01T00:00:00Z");
        Statement november =
                statements.issue(organization, USD, NOVEMBER, "acct_test").statement();

        assertThat(november.lines()).extracting(StatementLine::late).containsExactlyInAnyOrder(false, true);
        assertThat(november.lines().stream().filter(StatementLine::late).map(StatementLine::amount))
                .containsExactly(new BigDecimal("0.5"));
        assertThat(november.charged()).isEqualByComparingTo("2.5");
        assertThat(statements.find(october.statementId())).contains(october);
    }

    @ParameterizedTest
    @EnumSource
    void aClockThatIsSetBackReopensNoMonthAndOneAheadBillsNoFuture(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.setClock(Instant.parse("2026-11-01T00:30:00Z"));
        settle(books, organization, "1", "2026-10-31T23:00:00Z");
        Statements statements = statements(books);
        statements.issue(organization, USD, OCTOBER, "acct_test");

        books.clock.advance(Duration.ofHours(-1));
        settle(books, organization, "2", "2026-10-31T23:29:00Z");
        books.setClock(Instant.parse("2026-11-30T23:30:00Z"));
        settle(books, organization, "4", "2026-12-01T00:30:00Z");
        books.setClock(DECEMBER);
        Statement november =
                statements.issue(organization, USD, NOVEMBER, "acct_test").statement();

        assertThat(november.charged()).isEqualByComparingTo("6");
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheTotalIsRoundedAndTheRemainderIsCarried(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.setClock(DECEMBER);
        settle(books, organization, "0.004", "2026-09-15T00:00:00Z");
        settle(books, organization, "0.003000000000000001", "2026-10-15T00:00:00Z");
        settle(books, organization, "0.002999999999999999", "2026-11-15T00:00:00Z");
        Statements statements = statements(books);

        Statement september =
                statements.issue(organization, USD, SEPTEMBER, "acct_test").statement();
        Statement october =
                statements.issue(organization, USD, OCTOBER, "acct_test").statement();
        Statement november =
                statements.issue(organization, USD, NOVEMBER, "acct_test").statement();

        assertThat(september.dueAmount()).isEqualByComparingTo("0");
        assertThat(september.remainder()).isEqualByComparingTo("0.004");
        assertThat(october.carriedIn()).isEqualByComparingTo("0.004");
        assertThat(october.dueAmount()).isEqualByComparingTo("0.01");
        assertThat(october.remainder()).isEqualByComparingTo("-0.002999999999999999");
        assertThat(november.dueAmount()).isEqualByComparingTo("0");
        assertThat(november.remainder()).isEqualByComparingTo("0");
    }

    @ParameterizedTest
    @EnumSource
    void refusesMonthsThatHaveNotEndedOrWouldLeaveOneOut(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.setClock(Instant.parse("2026-11-30T23:59:59.999999Z"));
        settle(books, organization, "1", "2026-09-15T00:00:00Z");
        settle(books, organization, "1", "2026-10-15T00:00:00Z");
        Statements statements = statements(books);

        assertThatThrownBy(() -> statements.issue(organization, USD, NOVEMBER, "acct_test"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("the month 2026-11 ends at 2026-12-01T00:00:00Z");
        assertThatThrownBy(() -> statements.issue(organization, USD, OCTOBER, "acct_test"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the month 2026-09 has entries and no statement yet; issue it before 2026-10");
        assertThatThrownBy(() -> statements.issue(organization, USD, YearMonth.of(2026, 8), "acct_test"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has no entries in USD");

        assertThat(statements
                        .issue(organization, USD, SEPTEMBER, "acct_test")
                        .statement()
                        .number())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void numbersHaveNoGapsWhoeverIssues(TestDatabase database) throws Exception {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.setClock(DECEMBER);
        List<String> currencies = List.of("USD", "EUR", "JPY", "CHF");
        for (String currency : currencies) {
            for (String when : List.of("2026-09-15T00:00:00Z", "2026-10-15T00:00:00Z", "2026-11-15T00:00:00Z")) {
                books.setClock(Instant.parse(when));
                books.ledger.topUp(new MoneyMove(organization, currency, BigDecimal.ONE, "", "acct_test", null));
            }
        }
        books.setClock(DECEMBER);

        InParallel.run(6, number -> {
            Statements statements = statements(books);
            for (YearMonth month : List.of(SEPTEMBER, OCTOBER, NOVEMBER)) {
                for (int i = 0; i < currencies.size(); i++) {
                    String currency = currencies.get((i + number) % currencies.size());
                    statements.issue(organization, currency, month, "acct_test");
                }
            }
            return true;
        });

        assertThat(statements(books).of(organization))
                .extracting(Statement::number)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 12).boxed().toList());
    }

    @ParameterizedTest
    @EnumSource
    void theJobIssuesEachMonthThatIsDueOnce(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.setClock(Instant.parse("2026-10-15T00:00:00Z"));
        books.topUp(organization, "5");
        books.setClock(Instant.parse("2026-11-02T23:59:59Z"));
        Statements statements = statements(books);

        statements.issueDue(Duration.ofDays(2));
        assertThat(statements.of(organization)).isEmpty();
        books.clock.advance(Duration.ofSeconds(1));
        statements.issueDue(Duration.ofDays(2));
        statements.issueDue(Duration.ofDays(2));

        assertThat(statements.of(organization)).extracting(Statement::month).containsExactly(OCTOBER);
    }

    @ParameterizedTest
    @EnumSource
    void linesSumUpToTheLedgersMonthToTheLastDigit(TestDatabase database) {
        long seed = new Random().nextLong();
        System.out.println("StatementsTests seed " + seed + " on " + database);
        Random random = new Random(seed);
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        String organization = organization();
        books.setClock(Instant.parse("2026-10-02T00:00:00Z"));
        BigInteger charged = BigInteger.ZERO;
        BigInteger moved = BigInteger.ZERO;
        long generated = 0;
        for (int i = 0; i < 60; i++) {
            books.clock.advance(Duration.ofMinutes(random.nextInt(300)));
            BigDecimal amount = new BigDecimal(new BigInteger(1 + random.nextInt(64), random).add(BigInteger.ONE), 18);
            BigInteger units = amount.unscaledValue();
            int tokens = random.nextInt(5_000);
            switch (random.nextInt(4)) {
                case 0 -> {
                    books.topUp(organization, amount.toPlainString());
                    moved = moved.add(units);
                }
                case 1 -> {
                    books.credit(organization, amount.toPlainString(), null);
                    moved = moved.add(units);
                }
                default -> {
                    UsageRecord seen =
                            usage(organization, request(), "0.25", books.clock.instant(), tokens, Evidence.GATEWAY);
                    UsageRecord reported = usage(
                            organization,
                            seen.requestId(),
                            amount.toPlainString(),
                            books.clock.instant(),
                            tokens,
                            Evidence.HEAD);
                    books.settle(
                            random.nextBoolean()
                                    ? List.of(new SettledUsage(seen, null), new SettledUsage(reported, seen))
                                    : List.of(new SettledUsage(reported, null)));
                    charged = charged.add(units);
                    generated += tokens;
                }
            }
        }
        books.setClock(DECEMBER);

        Statement statement =
                statements(books).issue(organization, USD, OCTOBER, "acct_test").statement();

        assertThat(units(statement.charged())).as("seed " + seed).isEqualTo(charged);
        assertThat(units(statement.moved())).as("seed " + seed).isEqualTo(moved);
        assertThat(units(statement.closingBalance())).as("seed " + seed).isEqualTo(moved.subtract(charged));
        assertThat(statement.lines().stream()
                        .map(StatementLine::generatedTokens)
                        .reduce(BigInteger::add))
                .as("seed " + seed)
                .contains(BigInteger.valueOf(generated));
        assertThat(statement.closingBalance())
                .as("seed " + seed)
                .isEqualByComparingTo(books.balance(organization, AccountKind.WALLET)
                        .add(books.balance(organization, AccountKind.CREDIT))
                        .add(books.balance(organization, AccountKind.RECEIVABLE)));
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseRefusesToChangeWhatIsIssued(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        Statement statement = sample(books, organization());

        for (String change : List.of(
                "UPDATE statement SET due_amount = 0 WHERE statement_id = :id",
                "DELETE FROM statement WHERE statement_id = :id",
                "UPDATE statement_line SET amount = 0 WHERE statement_id = :id",
                "DELETE FROM statement_line WHERE statement_id = :id")) {
            assertThatThrownBy(() -> books.database.update(change, Map.of("id", statement.statementId())))
                    .as(change)
                    .isInstanceOf(DataAccessException.class)
                    .hasStackTraceContaining("are never changed or removed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void splitsALineByTokensAndShowsTheRest(TestDatabase database) {
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);

        StatementLine line = sample(books, organization()).lines().stream()
                .filter(StatementLine::isCharge)
                .findFirst()
                .orElseThrow();

        assertThat(line.promptAmount()).isEqualByComparingTo("0.000036");
        assertThat(line.cachedAmount()).isEqualByComparingTo("0.0000025");
        assertThat(line.generatedAmount()).isEqualByComparingTo("0.00016");
        assertThat(line.otherAmount()).isEqualByComparingTo("0.0008015");
        assertThat(line.amount()).isEqualByComparingTo("0.001");
    }

    @Test
    void csvHasEveryLineAndTheTotals() {
        TestBooks books = new TestBooks(TestDatabase.H2, ZoneOffset.UTC);
        Statement statement = sample(books, organization());

        List<String> rows = StatementCsv.of(statement).lines().toList();

        assertThat(rows).allSatisfy(row -> assertThat(row.split(",", -1)).hasSize(18));
        assertThat(rows.get(1)).startsWith("opening_balance,1,2026-10,USD,").endsWith(",0");
        assertThat(rows.get(2))
                .isEqualTo("line,1,2026-10,USD,charge,proj_1,,molink-demo,price_1,false,17,5,40,"
                        + "0.000036,0.0000025,0.00016,0.0008015,0.001");
        assertThat(rows.get(3))
                .startsWith("line,1,2026-10,USD,top_up,,,,,false,")
                .endsWith(",5");
        assertThat(rows.getLast()).isEqualTo("closing_balance,1,2026-10,USD,,,,,,,,,,,,,,4.999");
    }

    @Test
    void textsFromOutsideNeitherBreakThePageNorComputeInASpreadsheet() {
        Statement statement = hostile();

        assertThat(StatementPage.of(statement))
                .doesNotContain("<script>")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt; ${totals}")
                .contains("=cmd|&#39; /C calc&#39;!A0");
        assertThat(StatementCsv.of(statement)).contains(",'=cmd|' /C calc'!A0,");
    }

    private static Statement hostile() {
        StatementLine line = new StatementLine(
                1,
                EntryKind.CHARGE,
                "proj_1",
                "=cmd|' /C calc'!A0",
                "m",
                "price_1",
                false,
                BigInteger.ONE,
                BigInteger.ZERO,
                BigInteger.ONE,
                null,
                BigDecimal.ONE);
        return new Statement(
                "stmt_1",
                "org_1",
                "<script>alert(1)</script> ${totals}",
                1,
                USD,
                OCTOBER,
                "UTC",
                BigDecimal.ZERO,
                BigDecimal.ONE,
                BigDecimal.ZERO,
                BigDecimal.ONE.negate(),
                BigDecimal.ZERO,
                BigDecimal.ONE,
                BigDecimal.ZERO,
                DECEMBER,
                "acct_test",
                List.of(line));
    }

    private static Statement sample(TestBooks books, String organization) {
        books.setClock(Instant.parse("2026-10-15T00:00:00Z"));
        books.topUp(organization, "5");
        books.settle(List.of(new SettledUsage(
                usage(organization, request(), "0.001", books.clock.instant(), 40, Evidence.HEAD), null)));
        books.setClock(DECEMBER);
        return statements(books).issue(organization, USD, OCTOBER, "acct_test").statement();
    }

    private static void settle(TestBooks books, String organization, String amount, String finishedAt) {
        books.settle(List.of(new SettledUsage(
                usage(organization, request(), amount, Instant.parse(finishedAt), 40, Evidence.HEAD), null)));
    }

    private static UsageRecord usage(
            String organization, String request, String amount, Instant finishedAt, int generated, Evidence evidence) {
        return TestBooks.usage(
                organization, request, amount, finishedAt, evidence, "price_1", new TokenCounts(17, 5, generated));
    }

    private static Statements statements(TestBooks books) {
        return new Statements(
                new StatementRows(books.database),
                books.closing,
                new OneRule(),
                books.calendar,
                books.transactions,
                books.identifiers);
    }

    private static BigInteger units(BigDecimal amount) {
        return amount.movePointRight(18).toBigIntegerExact();
    }

    private static final class OneRule implements PriceBook {

        private final PriceRule rule = new PriceRule(
                "price_1",
                "molink-demo",
                null,
                new BigDecimal("3"),
                new BigDecimal("0.5"),
                new BigDecimal("4"),
                new BigDecimal("0.001"),
                USD,
                Instant.EPOCH);

        @Override
        public Optional<PriceRule> find(String model, String organizationId, Instant when) {
            return Optional.of(rule);
        }

        @Override
        public Optional<PriceRule> rule(String ruleId) {
            return Optional.of(rule).filter(known -> known.ruleId().equals(ruleId));
        }
    }
}
