package dev.molink.controlplane.ledger;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.pricing.Decimals;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.storage.Transactions;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Moves money by hand. Each move is one row that stays; what was wrong is reversed by another. Every method throws {@link
 * RefusedException}, which names the field, the value and the range, for what cannot be.
 */
public final class Ledger {

    private static final int MAX_REASON = 500;
    private static final int MAX_KEY = 100;

    private final BookStore books;
    private final BillingCalendar calendar;
    private final Transactions transactions;
    private final Identifiers identifiers;

    Ledger(BookStore books, BillingCalendar calendar, Transactions transactions, Identifiers identifiers) {
        this.books = books;
        this.calendar = calendar;
        this.transactions = transactions;
        this.identifiers = identifiers;
    }

    /** Puts money into the wallet that the tenant has paid. */
    public LedgerEntry topUp(MoneyMove move) {
        return move(
                EntryKind.TOP_UP,
                positive(move),
                (book, amount) -> new Way(book.account(AccountKind.FUNDING), book.account(AccountKind.WALLET), amount));
    }

    /** Gives money of the wallet back; at most what is in it. */
    public LedgerEntry refund(MoneyMove move) {
        return move(EntryKind.REFUND, positive(move), (book, amount) -> {
            LedgerAccount wallet = book.account(AccountKind.WALLET);
            requireAtMost("the wallet holds", book.balance(wallet), amount);
            return new Way(wallet, book.account(AccountKind.FUNDING), amount);
        });
    }

    /** Takes what the tenant has paid off what it owes; at most that. */
    public LedgerEntry pay(MoneyMove move) {
        return move(EntryKind.PAYMENT, positive(move), (book, amount) -> {
            LedgerAccount receivable = book.account(AccountKind.RECEIVABLE);
            requireAtMost("the tenant owes", book.balance(receivable).negate(), amount);
            return new Way(book.account(AccountKind.FUNDING), receivable, amount);
        });
    }

    /**
     * Corrects the wallet, or what is owed, by an amount in favour of the tenant or, below 0, against it. The wallet never
     * goes below 0 by it.
     *
     * @param account {@link AccountKind#WALLET} or {@link AccountKind#RECEIVABLE}
     */
    public LedgerEntry adjust(MoneyMove move, AccountKind account) {
        if (account != AccountKind.WALLET && account != AccountKind.RECEIVABLE) {
            throw refused("'account' must be wallet or receivable, but it is " + account.word());
        }
        Amounts.signed("amount", move.amount());
        return move(EntryKind.ADJUSTMENT, move, (book, amount) -> {
            LedgerAccount adjustment = book.account(AccountKind.ADJUSTMENT);
            LedgerAccount adjusted = book.account(account);
            if (amount.signum() > 0) {
                return new Way(adjustment, adjusted, amount);
            }
            if (account == AccountKind.WALLET) {
                requireAtMost("the wallet holds", book.balance(adjusted), amount.negate());
            }
            return new Way(adjusted, adjustment, amount.negate());
        });
    }

    /**
     * Gives the tenant a credit, which pays before its wallet does.
     *
     * @param expiresAt what is left then is lost; null: never
     */
    public LedgerEntry grantCredit(MoneyMove move, @Nullable Instant expiresAt) {
        Instant expiry = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MICROS);
        return move(EntryKind.CREDIT_GRANT, positive(move), (book, amount) -> {
            if (expiry != null && !expiry.isAfter(calendar.now())) {
                throw refused("'expires_at' must be in the future, but it is %s and now is %s"
                        .formatted(expiry, calendar.now()));
            }
            LedgerAccount credit = new LedgerAccount(
                    identifiers.next("credit"), book.key(), AccountKind.CREDIT, expiry, calendar.now());
            books.open(book, credit);
            return new Way(book.account(AccountKind.GRANTS), credit, amount);
        });
    }

    /** Undoes an entry by another that moves the same amount back. An entry is reversed once, a reversal never. */
    public LedgerEntry reverse(String entryId, String reason, String actorId) {
        requireReason(reason);
        return transactions.run(() -> {
            LedgerEntry entry = books.find(entryId)
                    .orElseThrow(() ->
                            new RefusedException(Reason.NOT_FOUND, "there is no ledger entry '%s'".formatted(entryId)));
            if (entry.reversalOf() != null) {
                throw refused("the entry %s is itself the reversal of %s; post what is right anew"
                        .formatted(entryId, entry.reversalOf()));
            }
            Book book = books.lock(entry.book(), calendar.now());
            books.findReversal(entryId).ifPresent(reversal -> {
                throw refused("the entry %s was reversed by %s already".formatted(entryId, reversal.entryId()));
            });
            books.hold(book, entry.from());
            books.hold(book, entry.to());
            return posted(book, Posting.reversalOf(entry, reason, actorId, calendar.now()));
        });
    }

    /** Sets how the tenant pays; its book is made where it is missing. Returns how it paid before. */
    public Terms setTerms(String organizationId, String currency, Terms terms) {
        NewPrice.requireCurrency(currency);
        BookKey key = new BookKey(organizationId, currency);
        return transactions.run(() -> {
            Terms before = books.lock(key, calendar.now()).terms();
            books.setTerms(key, terms);
            return before;
        });
    }

    private record Way(LedgerAccount from, LedgerAccount to, BigDecimal amount) {}

    private LedgerEntry move(EntryKind kind, MoneyMove move, BiFunction<Book, BigDecimal, Way> way) {
        NewPrice.requireCurrency(move.currency());
        requireReason(move.reason());
        String key = key(kind, move);
        return transactions.run(() -> {
            Book book = books.lock(move.book(), calendar.now());
            Optional<LedgerEntry> earlier = books.findByKey(key);
            if (earlier.isPresent()) {
                return requireSame(earlier.get(), move);
            }
            Way taken = way.apply(book, Decimals.plain(move.amount()));
            return posted(
                    book,
                    new Posting(
                            kind,
                            taken.from(),
                            taken.to(),
                            taken.amount(),
                            key,
                            null,
                            move.reason(),
                            move.actorId(),
                            null,
                            calendar.now()));
        });
    }

    private LedgerEntry posted(Book book, Posting posting) {
        LedgerEntry entry = book.post(posting, identifiers.next("entry"), calendar);
        books.save(List.of(book));
        return entry;
    }

    private String key(EntryKind kind, MoneyMove move) {
        String given = move.idempotencyKey();
        if (given == null) {
            return identifiers.next(kind.word());
        }
        if (given.isBlank() || given.length() > MAX_KEY) {
            throw refused("'idempotency_key' has 1 to %d characters, but it has %d".formatted(MAX_KEY, given.length()));
        }
        return "%s:%s:%s".formatted(kind.word(), move.organizationId(), given);
    }

    private static LedgerEntry requireSame(LedgerEntry earlier, MoneyMove move) {
        if (earlier.amount().compareTo(move.amount().abs()) != 0
                || !earlier.book().equals(move.book())) {
            throw refused("the idempotency key '%s' was used for %s %s already"
                    .formatted(
                            move.idempotencyKey(),
                            earlier.amount().toPlainString(),
                            earlier.book().currency()));
        }
        return earlier;
    }

    private static MoneyMove positive(MoneyMove move) {
        Amounts.positive("amount", move.amount());
        return move;
    }

    private static void requireAtMost(String whatHolds, BigDecimal most, BigDecimal amount) {
        if (amount.compareTo(most) > 0) {
            throw refused("'amount' must be at most what %s, %s, but it is %s"
                    .formatted(whatHolds, most.max(BigDecimal.ZERO).toPlainString(), amount.toPlainString()));
        }
    }

    private static void requireReason(String reason) {
        if (reason.length() > MAX_REASON) {
            throw refused("'reason' has up to %d characters, but it has %d".formatted(MAX_REASON, reason.length()));
        }
    }

    private static RefusedException refused(String sentence) {
        return new RefusedException(Reason.INVALID_VALUE, sentence);
    }
}
