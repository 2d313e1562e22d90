package dev.molink.controlplane.statements;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.ledger.BillingCalendar;
import dev.molink.controlplane.ledger.BookKey;
import dev.molink.controlplane.ledger.EntryKind;
import dev.molink.controlplane.ledger.MonthClosing;
import dev.molink.controlplane.ledger.MonthSum;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.controlplane.statements.StatementLine.LinePrices;
import dev.molink.controlplane.storage.Transactions;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Issues statements. A month is issued once it has ended, after all before it that have entries; it is closed in the same
 * transaction, so that what is settled later goes to the next. Several replicas may issue at the same time: the lock of the
 * book lets one do it, and the others find it done.
 */
public final class Statements {

    private static final Logger LOG = LoggerFactory.getLogger(Statements.class);
    private static final String SYSTEM = "system";

    private final StatementRows rows;
    private final MonthClosing closing;
    private final PriceBook prices;
    private final BillingCalendar calendar;
    private final Transactions transactions;
    private final Identifiers identifiers;

    Statements(
            StatementRows rows,
            MonthClosing closing,
            PriceBook prices,
            BillingCalendar calendar,
            Transactions transactions,
            Identifiers identifiers) {
        this.rows = rows;
        this.closing = closing;
        this.prices = prices;
        this.calendar = calendar;
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /** @param isNew false when it had been issued before */
    public record Issued(Statement statement, boolean isNew) {}

    /**
     * Issues the statement of a month, or gives back the one that was issued.
     *
     * @throws RefusedException when the month has not ended, or one before it must be issued first
     */
    public Issued issue(String organizationId, String currency, YearMonth month, String actorId) {
        NewPrice.requireCurrency(currency);
        BookKey book = new BookKey(organizationId, currency);
        FailPoint.pass("statements.before-issue");
        Issued issued = transactions.run(() -> issue(book, month, actorId));
        FailPoint.pass("statements.after-issue");
        return issued;
    }

    /** Issues every month with entries that ended at least {@code delay} ago. */
    public void issueDue(Duration delay) {
        closing.due(calendar.now().minus(delay)).forEach(this::issueDue);
    }

    /** One book that cannot be closed must not keep the others open. */
    private void issueDue(MonthClosing.Due due) {
        BookKey book = due.book();
        try {
            Statement statement = issue(book.organizationId(), book.currency(), due.month(), SYSTEM)
                    .statement();
            LOG.info(
                    "statement {} of organization {} for {} is issued",
                    statement.number(),
                    statement.organizationId(),
                    statement.month());
        } catch (RefusedException | DataAccessException failed) {
            LOG.error(
                    "the statement of organization {} in {} for {} was not issued: {}",
                    book.organizationId(),
                    book.currency(),
                    due.month(),
                    failed.getMessage());
        }
    }

    public Optional<Statement> find(String statementId) {
        return transactions.run(() -> rows.find(statementId));
    }

    /** All of the organization, by number; without their lines. */
    public List<Statement> of(String organizationId) {
        return transactions.run(() -> rows.of(organizationId));
    }

    private Issued issue(BookKey book, YearMonth month, String actorId) {
        if (closing.isClosed(book, month)) {
            Optional<Statement> earlier = rows.find(book, month);
            if (earlier.isPresent()) {
                return new Issued(earlier.get(), false);
            }
        }
        List<StatementLine> lines = lines(closing.close(book, month));
        Statement statement = statement(book, month, actorId, lines);
        FailPoint.pass("statements.before-insert");
        rows.insert(statement);
        FailPoint.pass("statements.after-insert");
        return new Issued(statement, true);
    }

    private Statement statement(BookKey book, YearMonth month, String actorId, List<StatementLine> lines) {
        Optional<Statement> before = rows.last(book);
        BigDecimal opening = before.map(Statement::closingBalance).orElse(BigDecimal.ZERO);
        BigDecimal carriedIn = before.map(Statement::remainder).orElse(BigDecimal.ZERO);
        BigDecimal charged = sum(lines, StatementLine::isCharge);
        BigDecimal moved = sum(lines, line -> !line.isCharge());
        BigDecimal exact = charged.add(carriedIn);
        BigDecimal due = Statement.rounded(exact, book.currency());
        String name = rows.name("organization", book.organizationId());
        return new Statement(
                identifiers.next("stmt"),
                book.organizationId(),
                name == null ? book.organizationId() : name,
                rows.nextNumber(book.organizationId()),
                book.currency(),
                month,
                calendar.zone().getId(),
                opening,
                charged,
                moved,
                opening.subtract(charged).add(moved),
                carriedIn,
                due,
                exact.subtract(due),
                calendar.now(),
                actorId,
                lines);
    }

    private List<StatementLine> lines(List<MonthSum> sums) {
        List<StatementLine> lines = new ArrayList<>();
        for (MonthSum sum : sums) {
            boolean charge = sum.kind() == EntryKind.CHARGE;
            lines.add(new StatementLine(
                    lines.size() + 1,
                    sum.kind(),
                    sum.projectId(),
                    sum.projectId() == null ? null : rows.name("project", sum.projectId()),
                    sum.model(),
                    sum.priceRuleId(),
                    sum.late(),
                    sum.promptTokens(),
                    sum.cachedTokens(),
                    sum.generatedTokens(),
                    prices(sum.priceRuleId()),
                    charge ? sum.tenantChange().negate() : sum.tenantChange()));
        }
        return lines;
    }

    private @Nullable LinePrices prices(@Nullable String ruleId) {
        Optional<PriceRule> rule = ruleId == null ? Optional.empty() : prices.rule(ruleId);
        return rule.map(price ->
                        new LinePrices(price.promptPerMillion(), price.cachedPerMillion(), price.generatedPerMillion()))
                .orElse(null);
    }

    private static BigDecimal sum(List<StatementLine> lines, Predicate<StatementLine> which) {
        return lines.stream().filter(which).map(StatementLine::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
