package dev.molink.controlplane.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.admission.Admission.Admitted;
import dev.molink.controlplane.usage.SettledUsage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * Random histories of requests, streams, replicas that die, pause, come too late or lose the database, and jumps of its
 * clock. After each step no bound has more settled and held than it allows, and no replica believes to hold more than its
 * row; in the end what is left can be reached from any replica.
 */
class ShareHistoriesTests {

    private static final int STEPS = 60;
    private static final boolean FULL = Boolean.getBoolean("molink.test.full");

    @ParameterizedTest
    @EnumSource
    void neverMoreIsSettledAndHeldThanAllowed(TestDatabase database) throws Exception {
        int histories = database == TestDatabase.H2 ? (FULL ? 2_000 : 200) : (FULL ? 400 : 40);
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("%s: %d histories of shares, -Dmolink.test.seed=%d%n", database, histories, seed);
        Random seeds = new Random(seed);
        for (int number = 0; number < histories; number++) {
            long own = seeds.nextLong();
            try (History history = new History(database, own)) {
                history.run();
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("history %d of seed %d".formatted(number, seed), failed);
            }
        }
    }

    /** A replica, and what befell it. */
    private static final class Node {

        private final LimitReplica replica;
        private final History.SimulatedStore store;
        private int pausedSteps;

        Node(LimitReplica replica, History.SimulatedStore store) {
            this.replica = replica;
            this.store = store;
        }

        boolean acts() {
            return pausedSteps == 0;
        }
    }

    /** A request under way; without a node once that is dead. */
    private static final class Stream {

        private final String requestId;
        private final Instant admittedAt;
        private Node node;
        private final Lease lease;
        private long generated;

        Stream(Node node, Lease lease, Instant admittedAt) {
            this.node = node;
            this.lease = lease;
            this.requestId = lease.requestId();
            this.admittedAt = admittedAt;
        }
    }

    private static final class History implements AutoCloseable {

        private final TestDatabase database;
        private final Random random;
        private final Replicas tenant;
        private final Map<LimitMetric, BigDecimal> capacities = new java.util.EnumMap<>(LimitMetric.class);
        private final List<UsageLimit> limits = new ArrayList<>();
        private final List<Node> nodes = new ArrayList<>();
        private final List<Stream> streams = new ArrayList<>();
        private final List<String> log = new ArrayList<>();
        private long nanos;
        private Instant databaseStart;
        /** Gateways that live on, but whose shares others returned: what their requests still used has no share. */
        private final Set<String> swept = new HashSet<>();

        private BigDecimal unbacked = BigDecimal.ZERO;
        private BigDecimal overrun = BigDecimal.ZERO;

        History(TestDatabase database, long seed) {
            this.database = database;
            this.random = new Random(seed);
            this.nanos = random.nextLong();
            this.databaseStart = database.clock().instant();
            this.tenant = new Replicas(database);
            limit(LimitMetric.BUDGET_PER_MONTH, Replicas.price(100 + random.nextInt(6_000)));
            if (random.nextBoolean()) {
                limit(LimitMetric.TOKENS_PER_MINUTE, BigDecimal.valueOf(300 + random.nextInt(5_000)));
                limit(LimitMetric.REQUESTS_PER_MINUTE, BigDecimal.valueOf(1 + random.nextInt(30)));
                limit(LimitMetric.TOKENS_PER_DAY, BigDecimal.valueOf(300 + random.nextInt(9_000)));
                limit(LimitMetric.CONCURRENT_REQUESTS, BigDecimal.valueOf(1 + random.nextInt(6)));
            }
            for (int i = 0; i <= random.nextInt(3); i++) {
                join();
            }
        }

        private void limit(LimitMetric metric, BigDecimal amount) {
            limits.add(tenant.hard(
                    metric,
                    amount.setScale(metric.money() ? 12 : 0, java.math.RoundingMode.DOWN)
                            .toPlainString()));
            capacities.put(metric, limits.getLast().amount());
        }

        private long beganNanos = 0;

        private Instant now() {
            return databaseStart.plusNanos(nanos - beganNanos);
        }

        private void join() {
            if (nodes.isEmpty()) {
                beganNanos = nanos;
            }
            SimulatedStore store = new SimulatedStore(tenant.store());
            nodes.add(new Node(
                    tenant.replica(Replicas.settings(Duration.ZERO, BigDecimal.ZERO), () -> nanos, store, List.of()),
                    store));
        }

        void run() throws Exception {
            for (int step = 0; step < STEPS; step++) {
                act();
                nodes.forEach(node -> node.pausedSteps = Math.max(0, node.pausedSteps - 1));
                check();
            }
            settleDown();
        }

        private void act() throws Exception {
            Node node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(24)) {
                case 0, 1, 2 -> pass(Duration.ofMillis(random.nextInt(400)));
                case 3 -> pass(Duration.ofMillis(random.nextInt(12_000)));
                case 4, 5, 6, 7, 8, 9 -> work(node);
                case 10, 11, 12, 13 -> admit(node);
                case 14, 15, 16 -> generate();
                case 17, 18, 19 -> finish();
                case 20 -> kill(node);
                case 21 -> node.pausedSteps = random.nextInt(20);
                case 22 -> node.store.failure = Failure.values()[random.nextInt(Failure.values().length)];
                default -> jump();
            }
        }

        private void pass(Duration time) {
            log.add("pass " + time);
            nanos += time.toNanos();
        }

        private void work(Node node) {
            if (node.acts()) {
                log.add("work " + nodes.indexOf(node) + " " + node.store.failure);
                node.replica.keeper().work();
            }
        }

        private void admit(Node node) throws InterruptedException {
            if (!node.acts()) {
                return;
            }
            long most = 1L + random.nextInt(1_000);
            if (node.replica.admissions().admit(tenant.request(most)) instanceof Admitted(Lease lease, var _)) {
                log.add("admit " + nodes.indexOf(node) + " " + most);
                streams.add(new Stream(node, lease, now()));
            }
        }

        private void generate() {
            if (streams.isEmpty()) {
                return;
            }
            Stream stream = streams.get(random.nextInt(streams.size()));
            if (nodes.contains(stream.node) && stream.node.acts()) {
                long wanted = stream.generated + 1 + random.nextInt(300);
                boolean covered = stream.lease.cover(wanted);
                log.add("generate " + wanted + " " + covered);
                stream.generated = Math.min(wanted, stream.lease.coveredTokens());
            }
        }

        private void finish() {
            if (streams.isEmpty()) {
                return;
            }
            Stream stream = streams.get(random.nextInt(streams.size()));
            boolean orphan = !nodes.contains(stream.node);
            if (!orphan && !stream.node.acts()) {
                return;
            }
            streams.remove(stream);
            if (!orphan) {
                stream.lease.answered();
            }
            if (!orphan && random.nextInt(8) == 0) {
                log.add("end without settlement");
                stream.lease.end();
                return;
            }
            settle(orphan ? nodes.getFirst() : stream.node, stream);
        }

        private void settle(Node node, Stream stream) {
            Map<LimitMetric, BigDecimal> before = committed();
            log.add("settle " + stream.generated);
            tenant.settle(
                    node.replica,
                    new SettledUsage(tenant.record(stream.requestId, stream.generated, stream.admittedAt), null));
            Map<LimitMetric, BigDecimal> after = committed();
            BigDecimal grown = grown(before, after, LimitMetric.BUDGET_PER_MONTH);
            if (nodes.contains(stream.node) && !swept.contains(stream.node.replica.gatewayId())) {
                assertThat(grown).as("settled beyond the lease%n%s", log).isEqualByComparingTo(BigDecimal.ZERO);
            }
            unbacked = unbacked.add(grown);
            overrun = overrun.add(grown(before, after, LimitMetric.TOKENS_PER_DAY));
        }

        private static BigDecimal grown(
                Map<LimitMetric, BigDecimal> before, Map<LimitMetric, BigDecimal> after, LimitMetric metric) {
            return after.getOrDefault(metric, BigDecimal.ZERO)
                    .subtract(before.getOrDefault(metric, BigDecimal.ZERO))
                    .max(BigDecimal.ZERO);
        }

        private void kill(Node node) {
            if (nodes.size() > 1 || random.nextBoolean()) {
                log.add("kill " + nodes.indexOf(node));
                nodes.remove(node);
                join();
            }
        }

        private void jump() {
            if (random.nextInt(4) == 0) {
                Duration by = Duration.ofMinutes(random.nextInt(120) - 60);
                log.add("jump " + by);
                databaseStart = databaseStart.plus(by);
            } else {
                join();
            }
        }

        /** Settled and held of the newest bound of each metric. */
        private Map<LimitMetric, BigDecimal> committed() {
            Map<LimitMetric, BigDecimal> sums = new java.util.EnumMap<>(LimitMetric.class);
            rows().forEach(row -> sums.merge(row.metric, row.settled.add(row.held), BigDecimal::add));
            return sums;
        }

        private record BoundRow(
                String id, LimitMetric metric, BigDecimal settled, BigDecimal held, BigDecimal shares) {}

        private List<BoundRow> rows() {
            return database.bean(NamedParameterJdbcOperations.class)
                    .query(
                            """
                    SELECT usage_bound.id, usage_bound.settled, usage_bound.held,
                        COALESCE((SELECT SUM(held) FROM usage_share WHERE bound_id = usage_bound.id), 0) AS shares
                    FROM usage_bound WHERE id LIKE :prefix""",
                            Map.of("prefix", "PROJECT:" + tenant.project.projectId() + ":%"),
                            (row, number) -> new BoundRow(
                                    row.getString("id"),
                                    LimitMetric.valueOf(row.getString("id").split(":", -1)[2]),
                                    row.getBigDecimal("settled"),
                                    row.getBigDecimal("held"),
                                    row.getBigDecimal("shares")));
        }

        private void check() {
            for (BoundRow row : rows()) {
                assertThat(row.held).as("%s%n%s", row, log).isEqualByComparingTo(row.shares);
                BigDecimal slack = switch (row.metric) {
                    case BUDGET_PER_MONTH -> unbacked;
                    case TOKENS_PER_DAY -> overrun;
                    default -> BigDecimal.ZERO;
                };
                BigDecimal capacity = capacities.get(row.metric);
                if (capacity != null) {
                    assertThat(row.settled.add(row.held))
                            .as("%s of %s, %s without share%n%s", row, capacity, slack, log)
                            .isLessThanOrEqualTo(capacity.add(slack));
                }
            }
            Map<String, Map<String, BigDecimal>> held = heldByGateway();
            for (Node node : nodes) {
                Map<String, BigDecimal> own = held.get(node.replica.gatewayId());
                for (Share share : node.replica.shares().all()) {
                    BigDecimal row = own == null ? null : own.get(share.id());
                    if (row != null && !share.doubtful()) {
                        assertThat(share.held())
                                .as("%s on %d%n%s", share.id(), nodes.indexOf(node), log)
                                .isLessThanOrEqualTo(row);
                    }
                }
            }
        }

        private Map<String, Map<String, BigDecimal>> heldByGateway() {
            Map<String, Map<String, BigDecimal>> held = new java.util.HashMap<>();
            database.bean(NamedParameterJdbcOperations.class)
                    .query(
                            "SELECT gateway_id, bound_id, held FROM usage_share WHERE bound_id LIKE :prefix",
                            Map.of("prefix", "PROJECT:" + tenant.project.projectId() + ":%"),
                            row -> {
                                held.computeIfAbsent(row.getString("gateway_id"), _ -> new java.util.HashMap<>())
                                        .put(row.getString("bound_id"), row.getBigDecimal("held"));
                            });
            return held;
        }

        /** Everybody works again and every request ends: what is left must be reachable, a lease at a time. */
        private void settleDown() throws Exception {
            log.add("settle down");
            nodes.forEach(node -> {
                node.pausedSteps = 0;
                node.store.failure = Failure.NONE;
            });
            everybodyWorks(2);
            while (!streams.isEmpty()) {
                Stream stream = streams.removeFirst();
                settle(nodes.contains(stream.node) ? stream.node : nodes.getFirst(), stream);
            }
            everybodyWorks(50);
            check();
            if (limits.size() > 1) {
                return;
            }
            BoundRow budget = rows().stream()
                    .filter(row -> row.metric == LimitMetric.BUDGET_PER_MONTH)
                    .findFirst()
                    .orElse(null);
            BigDecimal settled = budget == null ? BigDecimal.ZERO : budget.settled;
            boolean enough = limits.getFirst().amount().subtract(settled).compareTo(Replicas.price(256)) >= 0;
            Node node = nodes.get(random.nextInt(nodes.size()));
            boolean admitted = false;
            for (int round = 0; round < 8 && !admitted; round++) {
                admitted = node.replica.admissions().admit(tenant.request(256)) instanceof Admitted;
                everybodyWorks(1);
            }
            assertThat(admitted).as("%s of %s%n%s", budget, limits, log).isEqualTo(enough);
        }

        private void everybodyWorks(int rounds) {
            for (int round = 0; round < rounds; round++) {
                pass(Duration.ofMillis(300));
                nodes.forEach(node -> node.replica.keeper().work());
            }
        }

        @Override
        public void close() {
            UsageLimits all = database.bean(UsageLimits.class);
            limits.forEach(limit -> all.remove(limit.limitId()));
            NamedParameterJdbcOperations rows = database.bean(NamedParameterJdbcOperations.class);
            for (String table : List.of("usage_share", "usage_bound", "share_holder")) {
                rows.update("DELETE FROM " + table, Map.of());
            }
        }

        private enum Failure {
            NONE,
            /** The database does not answer. */
            BEFORE,
            /** It did what was asked, but the answer was lost. */
            AFTER
        }

        /** The database with the history's time and faults. */
        private final class SimulatedStore implements BoundStore {

            private final BoundStore real;
            private Failure failure = Failure.NONE;

            SimulatedStore(BoundStore real) {
                this.real = real;
            }

            private <T> T faulty(java.util.function.Supplier<T> work) {
                if (failure == Failure.BEFORE) {
                    throw new DataAccessResourceFailureException("the database is away");
                }
                T answer = work.get();
                if (failure == Failure.AFTER) {
                    failure = Failure.NONE;
                    throw new DataAccessResourceFailureException("the answer was lost");
                }
                return answer;
            }

            @Override
            public Instant time() {
                return faulty(History.this::now);
            }

            @Override
            public boolean renew(String gatewayId, Instant expiresAt) {
                return faulty(() -> real.renew(gatewayId, expiresAt));
            }

            @Override
            public Map<String, Instant> holders() {
                return faulty(real::holders);
            }

            @Override
            public void sweep(String deadGatewayId, Instant expiresAt) {
                log.add("sweep");
                swept.add(deadGatewayId);
                real.sweep(deadGatewayId, expiresAt);
            }

            @Override
            public void forgetObsolete(Instant now) {
                // a jump must not take the rows away that are checked
            }

            @Override
            public List<Granted> exchange(String gatewayId, int gateways, Instant now, List<Asked> asked) {
                return faulty(() -> real.exchange(gatewayId, gateways, now, asked));
            }

            @Override
            public Set<String> wanted(String gatewayId, Instant now, Duration lately) {
                return faulty(() -> real.wanted(gatewayId, now, lately));
            }
        }
    }
}
