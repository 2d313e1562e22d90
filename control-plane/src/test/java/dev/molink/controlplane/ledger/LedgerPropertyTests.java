package dev.molink.controlplane.ledger;

import static dev.molink.controlplane.ledger.TestBooks.organization;
import static dev.molink.controlplane.ledger.TestBooks.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.usage.SettledUsage;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random movements of money against a model that counts in whole units of 10^-18 and knows nothing of the books. */
class LedgerPropertyTests {

    private static final int STEPS = Boolean.getBoolean("molink.test.full") ? 1_000 : 100;
    private static final int THREADS = 6;

    @ParameterizedTest
    @EnumSource
    void randomMovementsLeaveTheBalancesOfTheModel(TestDatabase database) {
        long seed = new Random().nextLong();
        System.out.println("LedgerPropertyTests seed " + seed + " on " + database);
        Random random = new Random(seed);
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        Model model = new Model(books);

        for (int step = 0; step < STEPS; step++) {
            model.step(random);
            if (step % 10 == 0) {
                model.compare("seed %d, step %d".formatted(seed, step));
            }
        }

        model.compare("seed " + seed);
        assertThat(books.sumOfAllAccounts(model.organization))
                .as("seed " + seed)
                .isZero();
        assertThat(books.proof.rebuild()).as("seed " + seed).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void concurrentMovementsLoseAndDoubleNothing(TestDatabase database) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("LedgerPropertyTests concurrent seed " + seed + " on " + database);
        TestBooks books = new TestBooks(database, ZoneOffset.UTC);
        List<String> organizations = List.of(organization(), organization());
        Map<String, BigDecimal> charged = new ConcurrentHashMap<>();
        Map<String, BigDecimal> paidIn = new ConcurrentHashMap<>();

        InParallel.run(THREADS, thread -> {
            Random random = new Random(seed + thread);
            for (int step = 0; step < STEPS / 10; step++) {
                // half of the threads come in the opposite order, so that they would meet if they locked as they came
                List<String> order = thread % 2 == 0 ? organizations : organizations.reversed();
                List<SettledUsage> batch = new ArrayList<>();
                for (String organization : order) {
                    BigDecimal amount = amount(random);
                    batch.add(new SettledUsage(
                            TestBooks.usage(
                                    organization,
                                    request(),
                                    amount.toPlainString(),
                                    books.clock.instant(),
                                    Evidence.HEAD),
                            null));
                    charged.merge(organization, amount, BigDecimal::add);
                }
                books.settle(batch);
                String organization = order.get(random.nextInt(2));
                BigDecimal amount = amount(random);
                if (random.nextBoolean()) {
                    books.topUp(organization, amount.toPlainString());
                } else {
                    books.credit(organization, amount.toPlainString(), null);
                }
                paidIn.merge(organization, amount, BigDecimal::add);
            }
            return true;
        });

        for (String organization : organizations) {
            BigDecimal has = Stream.of(AccountKind.values())
                    .filter(AccountKind::ofTenant)
                    .map(kind -> books.balance(organization, kind))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(books.balance(organization, AccountKind.REVENUE))
                    .as("seed " + seed)
                    .isEqualByComparingTo(charged.get(organization));
            assertThat(has)
                    .as("seed " + seed)
                    .isEqualByComparingTo(paidIn.getOrDefault(organization, BigDecimal.ZERO)
                            .subtract(charged.getOrDefault(organization, BigDecimal.ZERO)));
            assertThat(books.sumOfAllAccounts(organization)).as("seed " + seed).isZero();
        }
        assertThat(books.proof.rebuild()).as("seed " + seed).isEmpty();
    }

    private static BigDecimal amount(Random random) {
        return new BigDecimal(new BigInteger(1 + random.nextInt(70), random).add(BigInteger.ONE), 18);
    }

    /** What each account must hold, by its name: a kind, or the number of a credit. */
    private static final class Model {

        final String organization = organization();
        private final TestBooks books;
        private final Map<String, BigInteger> balances = new HashMap<>();
        private final List<Grant> grants = new ArrayList<>();
        private final List<Moved> moved = new ArrayList<>();
        private final Map<String, UsageRecord> seen = new HashMap<>();

        record Grant(String name, @Nullable Instant expiresAt, Instant createdAt) {}

        /** @param entryId of the row that must say so */
        record Moved(
                String entryId, String request, String from, String to, BigInteger units, AtomicBoolean reversed) {}

        Model(TestBooks books) {
            this.books = books;
        }

        void step(Random random) {
            switch (random.nextInt(9)) {
                case 0 -> topUp(amount(random));
                case 1 ->
                    grant(amount(random), random.nextInt(3) == 0 ? null : Duration.ofMinutes(1 + random.nextInt(90)));
                case 2 -> refund(random);
                case 3 -> reverse(random);
                case 4 -> books.clock.advance(Duration.ofMinutes(random.nextInt(20)));
                case 5 -> expire();
                case 6 -> replace(random);
                default -> charge(amount(random), random.nextInt(3) == 0 ? Evidence.GATEWAY : Evidence.HEAD);
            }
        }

        void compare(String when) {
            for (AccountBalance actual : books.reader.balances(organization)) {
                String name = name(actual.account());
                assertThat(actual.balance().movePointRight(18).toBigIntegerExact())
                        .as("%s: %s", when, name)
                        .isEqualTo(balance(name));
            }
        }

        private void topUp(BigDecimal amount) {
            LedgerEntry entry = books.topUp(organization, amount.toPlainString());
            move(entry.entryId(), "", "FUNDING", "WALLET", units(amount));
        }

        private void grant(BigDecimal amount, @Nullable Duration life) {
            Instant expiry = life == null ? null : books.clock.instant().plus(life);
            LedgerEntry entry = books.credit(organization, amount.toPlainString(), expiry);
            String name = entry.to().accountId();
            grants.add(new Grant(name, expiry, books.clock.instant()));
            move(entry.entryId(), "", "GRANTS", name, units(amount));
        }

        private void refund(Random random) {
            BigInteger wallet = balance("WALLET");
            if (wallet.signum() > 0) {
                BigInteger units = wallet.subtract(
                        new BigInteger(wallet.bitLength(), random).min(wallet.subtract(BigInteger.ONE)));
                LedgerEntry entry =
                        books.ledger.refund(TestBooks.move(organization, new BigDecimal(units, 18).toPlainString()));
                move(entry.entryId(), "", "WALLET", "FUNDING", units);
            }
        }

        private void reverse(Random random) {
            List<Moved> standing =
                    moved.stream().filter(each -> !each.reversed().get()).toList();
            if (!standing.isEmpty()) {
                Moved chosen = standing.get(random.nextInt(standing.size()));
                books.ledger.reverse(chosen.entryId(), "at random", "acct_test");
                undo(chosen);
            }
        }

        private void expire() {
            books.expiry.expire();
            for (Grant grant : grants) {
                BigInteger left = balance(grant.name());
                if (grant.expiresAt() != null
                        && !grant.expiresAt().isAfter(books.clock.instant())
                        && left.signum() > 0) {
                    // found by its account, for a later reversal
                    String entryId = books.entries(organization).stream()
                            .filter(entry -> entry.kind() == EntryKind.CREDIT_EXPIRY
                                    && entry.from().accountId().equals(grant.name())
                                    && entry.reversalOf() == null)
                            .filter(entry -> moved.stream()
                                    .noneMatch(each -> each.entryId().equals(entry.entryId())))
                            .findFirst()
                            .orElseThrow()
                            .entryId();
                    move(entryId, "", grant.name(), "EXPIRED", left);
                }
            }
        }

        private void charge(BigDecimal amount, Evidence evidence) {
            UsageRecord record =
                    TestBooks.usage(organization, request(), amount.toPlainString(), books.clock.instant(), evidence);
            books.settle(List.of(new SettledUsage(record, null)));
            if (evidence == Evidence.GATEWAY) {
                seen.put(record.requestId(), record);
            }
            charged(record);
        }

        private void replace(Random random) {
            if (seen.isEmpty()) {
                return;
            }
            String request = seen.keySet().stream().sorted().toList().get(random.nextInt(seen.size()));
            UsageRecord earlier = seen.remove(request);
            UsageRecord record = TestBooks.usage(
                    organization, request, amount(random).toPlainString(), books.clock.instant(), Evidence.HEAD);
            books.settle(List.of(new SettledUsage(record, earlier)));
            moved.stream()
                    .filter(each ->
                            each.request().equals(request) && !each.reversed().get())
                    .toList()
                    .forEach(this::undo);
            charged(record);
        }

        private void charged(UsageRecord record) {
            List<String> rows = books
                    .reader
                    .entries(
                            new LedgerFilter(
                                    organization,
                                    null,
                                    null,
                                    record.requestId(),
                                    null,
                                    EntryKind.CHARGE,
                                    null,
                                    null,
                                    null),
                            null,
                            100)
                    .stream()
                    .filter(entry -> entry.idempotencyKey().contains(":" + record.evidence() + ":"))
                    .filter(entry -> entry.reversalOf() == null)
                    .sorted(Comparator.comparingInt(entry -> Integer.parseInt(entry.idempotencyKey()
                            .substring(entry.idempotencyKey().lastIndexOf(':') + 1))))
                    .map(LedgerEntry::entryId)
                    .toList();
            BigInteger left = units(Objects.requireNonNull(record.charge()));
            int row = 0;
            List<String> sources = new ArrayList<>(grants.stream()
                    .filter(grant ->
                            grant.expiresAt() == null || grant.expiresAt().isAfter(record.finishedAt()))
                    .sorted(Comparator.comparing(Grant::expiresAt, Comparator.nullsLast(Comparator.naturalOrder()))
                            .thenComparing(Grant::createdAt)
                            .thenComparing(Grant::name))
                    .map(Grant::name)
                    .toList());
            sources.add("WALLET");
            for (String source : sources) {
                BigInteger paid = left.min(balance(source).max(BigInteger.ZERO));
                if (paid.signum() > 0) {
                    move(rows.get(row++), record.requestId(), source, "REVENUE", paid);
                    left = left.subtract(paid);
                }
            }
            if (left.signum() > 0) {
                move(rows.get(row++), record.requestId(), "RECEIVABLE", "REVENUE", left);
            }
            assertThat(rows).hasSize(row);
        }

        private void move(String entryId, String request, String from, String to, BigInteger units) {
            shift(from, to, units);
            moved.add(new Moved(entryId, request, from, to, units, new AtomicBoolean()));
        }

        private void undo(Moved chosen) {
            shift(chosen.to(), chosen.from(), chosen.units());
            chosen.reversed().set(true);
        }

        private void shift(String from, String to, BigInteger units) {
            balances.merge(from, units.negate(), BigInteger::add);
            balances.merge(to, units, BigInteger::add);
        }

        private BigInteger balance(String name) {
            return balances.getOrDefault(name, BigInteger.ZERO);
        }

        private static String name(LedgerAccount account) {
            return account.kind() == AccountKind.CREDIT
                    ? account.accountId()
                    : account.kind().name();
        }

        private static BigInteger units(BigDecimal amount) {
            return amount.movePointRight(18).toBigIntegerExact();
        }
    }
}
