package dev.molink.controlplane.profit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestClock;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.evidence.EvidenceStore;
import dev.molink.controlplane.evidence.Evidences;
import dev.molink.controlplane.evidence.StageEvidence;
import dev.molink.controlplane.fleet.FleetSnapshot;
import dev.molink.controlplane.fleet.FleetView;
import dev.molink.controlplane.fleet.LayerRange;
import dev.molink.controlplane.fleet.NodeStatus;
import dev.molink.controlplane.storage.Transactions;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

class NodePresenceTests {

    private final TestClock clock = new TestClock();
    private final String node = "node_" + UUID.randomUUID();
    private final Set<String> present = new TreeSet<>();
    private final FleetView fleet = () -> new FleetSnapshot(
            clock.instant(), present.stream().map(this::status).toList(), List.of());

    /** An hour and a half apart from each other test's, so that hours are crossed. */
    private Instant begin(int days) {
        Instant begin = Instant.parse("2500-01-01T10:30:00Z").plus(days, ChronoUnit.DAYS);
        clock.advance(Duration.between(clock.instant(), begin));
        return begin;
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheUnionOfWhatSeveralGatewaysSee(TestDatabase database) {
        Instant begin = begin(new Random().nextInt(100_000));
        NodePresence one = gateway(database);
        NodePresence other = gateway(database);
        Set<Instant> expected = new TreeSet<>();
        Random random = new Random(7);

        for (int step = 0; step < 270; step++) {
            present.clear();
            if (random.nextInt(3) > 0) {
                present.add(node);
                expected.add(clock.instant().truncatedTo(ChronoUnit.MINUTES));
            }
            one.observe();
            if (random.nextBoolean()) {
                other.observe();
            }
            clock.advance(NodePresence.INTERVAL);
        }

        assertThat(NodePresence.minutes(database.bean(NamedParameterJdbcOperations.class), begin, clock.instant())
                        .get(node))
                .containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @EnumSource
    void showsTheCostOfTimeInWhichANodeComputedNothing(TestDatabase database) {
        Instant begin = begin(new Random().nextInt(100_000)).truncatedTo(ChronoUnit.HOURS);
        clock.advance(Duration.between(clock.instant(), begin));
        NodePresence gateway = gateway(database);
        present.add(node);
        for (int minute = 0; minute < 60; minute++) {
            gateway.observe();
            clock.advance(Duration.ofMinutes(1));
        }
        NodeCost bought = new NodeCost.Purchase(
                new BigDecimal("8760"),
                new BigDecimal("8760"),
                new BigDecimal("500"),
                new BigDecimal("100"),
                new BigDecimal("0.3"));
        database.bean(CostProfiles.class)
                .create(new NewCostProfile(node, bought, BigDecimal.ZERO, "USD", begin), "key_1");
        StageEvidence quarter = Evidences.of(
                "req_" + node,
                node,
                1,
                Evidences.FIRST,
                Evidences.computed(1),
                Duration.ofMinutes(15).toNanos(),
                0);
        database.bean(EvidenceStore.class)
                .recordAll(List.of(new StageEvidence(
                        quarter.requestId(),
                        node,
                        1,
                        1,
                        quarter.part(),
                        quarter.rows(),
                        0,
                        quarter.busyNanos(),
                        0,
                        0,
                        begin.plusSeconds(1800))));

        ProfitReport report = database.bean(Profits.class)
                .report(new ProfitQuery(begin, begin.plus(2, ChronoUnit.HOURS), Grouping.HOUR, null, 10));

        IdleCost idle = report.idle().stream()
                .filter(each -> each.nodeId().equals(node))
                .findFirst()
                .orElseThrow();
        assertThat(Duration.ofNanos(idle.presentNanos())).isEqualTo(Duration.ofHours(1));
        assertThat(Duration.ofNanos(idle.idleNanos())).isEqualTo(Duration.ofMinutes(45));
        // three quarters of an hour at 1 + 0.03 an hour
        assertThat(idle.cost().byCurrency().get("USD")).isEqualByComparingTo("0.7725");
        assertThat(idle.cost().known()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void idleCostOfANodeWithoutAProfileIsUnknown(TestDatabase database) {
        Instant begin = begin(new Random().nextInt(100_000));
        present.add(node);
        gateway(database).observe();

        ProfitReport report = database.bean(Profits.class)
                .report(new ProfitQuery(begin, begin.plus(1, ChronoUnit.HOURS), Grouping.HOUR, null, 10));

        assertThat(report.idle()).singleElement().satisfies(idle -> {
            assertThat(idle.nodeId()).isEqualTo(node);
            assertThat(idle.cost()).isEqualTo(new Amounts(false, Map.of()));
        });
    }

    private NodePresence gateway(TestDatabase database) {
        return new NodePresence(
                fleet, database.bean(NamedParameterJdbcOperations.class), database.bean(Transactions.class), clock);
    }

    private NodeStatus status(String nodeId) {
        Instant now = clock.instant();
        return new NodeStatus(
                nodeId,
                "test",
                "127.0.0.1:1",
                "default",
                "m",
                "f32",
                8,
                new LayerRange(0, 8),
                NodeStatus.State.READY,
                "cpu",
                "test",
                1,
                1,
                1,
                0,
                0,
                0,
                0,
                now,
                now);
    }
}
