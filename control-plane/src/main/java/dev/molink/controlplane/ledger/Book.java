package dev.molink.controlplane.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The working copy of a book within one transaction that holds the lock of its row, so that no other process changes its
 * balances meanwhile. What is posted here is written when the {@link BookStore} saves it. Belongs to one thread.
 */
final class Book {

    private static final Comparator<LedgerAccount> FIRST_TO_EXPIRE = Comparator.comparing(
                    LedgerAccount::expiresAt, Comparator.nullsLast(Comparator.<Instant>naturalOrder()))
            .thenComparing(LedgerAccount::createdAt)
            .thenComparing(LedgerAccount::accountId);

    private final BookKey key;
    private final Terms terms;
    private final @Nullable YearMonth closedThrough;
    private final Map<String, State> states = new HashMap<>();
    private final Map<String, State> changed = new LinkedHashMap<>();
    private final List<LedgerEntry> posted = new ArrayList<>();

    /** @param entries how many rows have moved money into or out of the account */
    record State(LedgerAccount account, BigDecimal balance, long entries) {}

    /** @param closedThrough the last month with a statement; null: none has one yet */
    Book(BookKey key, Terms terms, @Nullable YearMonth closedThrough) {
        this.key = key;
        this.terms = terms;
        this.closedThrough = closedThrough;
    }

    BookKey key() {
        return key;
    }

    Terms terms() {
        return terms;
    }

    @Nullable
    YearMonth closedThrough() {
        return closedThrough;
    }

    void hold(State state) {
        states.put(state.account().accountId(), state);
    }

    boolean holds(String accountId) {
        return states.containsKey(accountId);
    }

    LedgerAccount account(AccountKind kind) {
        return state(LedgerAccount.id(key, kind)).account();
    }

    BigDecimal balance(LedgerAccount account) {
        return state(account.accountId()).balance();
    }

    long entries(LedgerAccount account) {
        return state(account.accountId()).entries();
    }

    /** Credits with something left that pay for what happened at {@code when}, those that expire first in front. */
    List<LedgerAccount> creditsAt(Instant when) {
        return credits().stream()
                .filter(credit ->
                        credit.expiresAt() == null || credit.expiresAt().isAfter(when))
                .toList();
    }

    /** Credits with something left that has expired by {@code now}. */
    List<LedgerAccount> expiredCredits(Instant now) {
        return credits().stream()
                .filter(credit ->
                        credit.expiresAt() != null && !credit.expiresAt().isAfter(now))
                .toList();
    }

    /** Moves the money and returns the row that will say so. */
    LedgerEntry post(Posting posting, String entryId, BillingCalendar calendar) {
        Instant now = calendar.now();
        YearMonth own = calendar.monthOf(posting.occurredAt().isAfter(now) ? now : posting.occurredAt());
        YearMonth month = closedThrough == null || own.isAfter(closedThrough) ? own : closedThrough.plusMonths(1);
        LedgerEntry entry = new LedgerEntry(
                entryId,
                posting.idempotencyKey(),
                posting.from(),
                posting.to(),
                posting.amount(),
                posting.kind(),
                month,
                own.isBefore(month),
                posting.request(),
                posting.reason(),
                posting.actorId(),
                posting.reversalOf(),
                posting.occurredAt(),
                now);
        move(posting.from(), posting.amount().negate());
        move(posting.to(), posting.amount());
        posted.add(entry);
        return entry;
    }

    List<LedgerEntry> posted() {
        return List.copyOf(posted);
    }

    List<State> changed() {
        return List.copyOf(changed.values());
    }

    void saved() {
        posted.clear();
        changed.clear();
    }

    private void move(LedgerAccount account, BigDecimal amount) {
        State before = state(account.accountId());
        BigDecimal balance =
                Amounts.balance(account.accountId(), before.balance().add(amount));
        State after = new State(account, balance, before.entries() + 1);
        states.put(account.accountId(), after);
        changed.put(account.accountId(), after);
    }

    private List<LedgerAccount> credits() {
        return states.values().stream()
                .filter(state -> state.account().kind() == AccountKind.CREDIT
                        && state.balance().signum() > 0)
                .map(State::account)
                .sorted(FIRST_TO_EXPIRE)
                .toList();
    }

    private State state(String accountId) {
        return Objects.requireNonNull(
                states.get(accountId), () -> "the account %s is not in the book %s".formatted(accountId, key.id()));
    }
}
