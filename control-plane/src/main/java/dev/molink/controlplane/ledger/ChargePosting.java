package dev.molink.controlplane.ledger;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.pricing.Decimals;
import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.usage.SettledUsage;
import dev.molink.controlplane.usage.SettlementStep;
import dev.molink.controlplane.usage.UsageRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Posts the charges of settled requests: from credits, those that expire first in front, then from the wallet as far as it
 * goes; the rest is owed. When the head's report takes the place of what the gateway saw, what was charged by that is
 * reversed first. A request that costs nothing leaves no row.
 */
final class ChargePosting implements SettlementStep {

    private final BookStore books;
    private final BillingCalendar calendar;
    private final Identifiers identifiers;

    ChargePosting(BookStore books, BillingCalendar calendar, Identifiers identifiers) {
        this.books = books;
        this.calendar = calendar;
        this.identifiers = identifiers;
    }

    @Override
    public void apply(List<SettledUsage> settled) {
        Map<BookKey, Book> locked = books.lock(keys(settled), calendar.now());
        if (locked.isEmpty()) {
            return;
        }
        settled.stream().filter(each -> each.replaced() == null).forEach(each -> charge(locked, each.record()));
        books.save(locked.values());
        List<UsageRecord> replacing = settled.stream()
                .filter(each -> each.replaced() != null)
                .map(SettledUsage::record)
                .toList();
        if (!replacing.isEmpty()) {
            reverse(locked, replacing.stream().map(UsageRecord::requestId).toList());
            replacing.forEach(record -> charge(locked, record));
            books.save(locked.values());
        }
    }

    private static List<BookKey> keys(List<SettledUsage> settled) {
        return settled.stream()
                .flatMap(each -> Stream.of(key(each.record()), key(each.replaced())))
                .filter(Objects::nonNull)
                .toList();
    }

    private static @Nullable BookKey key(@Nullable UsageRecord record) {
        return record == null || record.charge() == null || record.currency() == null
                ? null
                : new BookKey(record.organizationId(), record.currency());
    }

    private void reverse(Map<BookKey, Book> locked, Collection<String> requestIds) {
        for (LedgerEntry entry : books.standingCharges(requestIds)) {
            Book book = Objects.requireNonNull(locked.get(entry.book()));
            books.hold(book, entry.from());
            post(
                    book,
                    Posting.reversalOf(
                            entry,
                            "the head's report replaced what the gateway saw",
                            Posting.SYSTEM,
                            entry.occurredAt()));
        }
    }

    private void charge(Map<BookKey, Book> locked, UsageRecord record) {
        BookKey key = key(record);
        if (key != null && record.charge() != null && record.charge().signum() > 0) {
            charge(Objects.requireNonNull(locked.get(key)), record, record.charge());
        }
    }

    private void charge(Book book, UsageRecord record, BigDecimal charge) {
        Instant occurred = record.finishedAt().truncatedTo(ChronoUnit.MICROS);
        Instant now = calendar.now();
        List<LedgerAccount> sources = new ArrayList<>(book.creditsAt(occurred.isAfter(now) ? now : occurred));
        sources.add(book.account(AccountKind.WALLET));
        BigDecimal left = charge;
        int part = 0;
        for (LedgerAccount source : sources) {
            BigDecimal paid = left.min(book.balance(source));
            if (paid.signum() > 0) {
                pay(book, source, paid, record, part++, occurred);
                left = left.subtract(paid);
            }
        }
        if (left.signum() > 0) {
            pay(book, book.account(AccountKind.RECEIVABLE), left, record, part, occurred);
        }
    }

    private void pay(
            Book book, LedgerAccount source, BigDecimal amount, UsageRecord record, int part, Instant occurred) {
        post(
                book,
                new Posting(
                        EntryKind.CHARGE,
                        source,
                        book.account(AccountKind.REVENUE),
                        Decimals.plain(amount),
                        "charge:%s:%s:%d".formatted(record.requestId(), record.evidence(), part),
                        part == 0 ? request(record) : request(record).withoutTokens(),
                        "",
                        Posting.SYSTEM,
                        null,
                        occurred));
    }

    private static ChargedRequest request(UsageRecord record) {
        TokenCounts tokens = record.charged() != null
                ? record.charged()
                : new TokenCounts(record.promptTokens(), record.cachedTokens(), record.generatedTokens());
        return new ChargedRequest(record.requestId(), record.projectId(), record.model(), record.priceRuleId(), tokens);
    }

    private void post(Book book, Posting posting) {
        book.post(posting, identifiers.next("entry"), calendar);
    }
}
