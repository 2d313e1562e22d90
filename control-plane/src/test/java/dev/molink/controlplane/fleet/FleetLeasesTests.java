package dev.molink.controlplane.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestClock;
import dev.molink.controlplane.TestDatabase;
import dev.molink.proto.node.v1.PipelineState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A fleet seen through the database, on every database. */
class FleetLeasesTests {

    @ParameterizedTest
    @EnumSource
    void showsWhatAGatewaySees(TestDatabase database) {
        TestClock clock = database.clock();
        FleetRegistry registry = serving(clock);
        FleetLeases leases = leases(database);

        leases.write("gw_1", registry.snapshot());

        assertThat(leases.snapshot()).isEqualTo(registry.snapshot());
        leases.write("gw_1", empty(clock).snapshot());
    }

    @ParameterizedTest
    @EnumSource
    void showsTheLinksOfAPipelineThatServes(TestDatabase database) {
        TestClock clock = database.clock();
        FleetRegistry registry = serving(clock);
        registry.heartbeat(
                "a", Nodes.READY.toBuilder().setEngine(Nodes.engine(3)).build());
        FleetLeases leases = leases(database);

        leases.write("gw_1", registry.snapshot());
        leases.write("gw_1", registry.snapshot());

        assertThat(leases.snapshot()).isEqualTo(registry.snapshot());
        assertThat(leases.snapshot().pipelines().getFirst().wire())
                .isEqualTo(new WireStatus(
                        "int8",
                        "fair",
                        List.of(
                                new LinkStatus(0, 12_500_000, 15_000_000, 2_000_000, 0.25),
                                new LinkStatus(1, 0, 14_000_000, 0, 0))));
        leases.write("gw_1", empty(clock).snapshot());
        assertThat(leases.snapshot().pipelines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void showsNothingOfAGatewayThatStoppedRenewing(TestDatabase database) {
        TestClock clock = database.clock();
        FleetLeases leases = leases(database);
        leases.write("gw_1", serving(clock).snapshot());

        clock.advance(FleetLeases.LEASE);

        assertThat(leases.snapshot().nodes()).isEmpty();
        assertThat(leases.snapshot().pipelines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anotherGatewayClearsWhatExpired(TestDatabase database) {
        TestClock clock = database.clock();
        FleetLeases leases = leases(database);
        leases.write("gw_1", serving(clock).snapshot());
        clock.advance(FleetLeases.LEASE.plusSeconds(1));

        leases.write("gw_2", empty(clock).snapshot());

        Long rows = database.bean(NamedParameterJdbcOperations.class)
                .getJdbcOperations()
                .queryForObject("SELECT COUNT(*) FROM fleet_node", Long.class);
        assertThat(rows).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatTwoGatewaysSeeIsShownOnceAndStaysWhileOneSeesIt(TestDatabase database) {
        TestClock clock = database.clock();
        FleetLeases leases = leases(database);
        leases.write("gw_1", serving(clock).snapshot());
        clock.advance(Duration.ofMillis(300));
        FleetRegistry second = serving(clock);
        leases.write("gw_2", second.snapshot());

        List<NodeStatus> both = leases.snapshot().nodes();
        leases.write("gw_1", empty(clock).snapshot());
        List<NodeStatus> one = leases.snapshot().nodes();

        assertThat(both).isEqualTo(second.snapshot().nodes());
        assertThat(one).isEqualTo(both);
        leases.write("gw_2", empty(clock).snapshot());
    }

    @ParameterizedTest
    @EnumSource
    void aProcessWithoutARegistrySeesTheFleetThroughTheDatabase(TestDatabase database) {
        assertThat(database.bean(FleetView.class)).isInstanceOf(FleetLeases.class);
    }

    private static FleetRegistry empty(TestClock clock) {
        return new FleetRegistry(new FleetTime(clock, clock::nanos), event -> {});
    }

    private static FleetRegistry serving(TestClock clock) {
        FleetRegistry registry = empty(clock);
        registry.register(Nodes.hello("b", 4, 8));
        registry.register(Nodes.hello("a", 0, 4));
        registry.heartbeat("a", Nodes.READY);
        registry.report("a", Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 3, "a", "b"));
        return registry;
    }

    private static FleetLeases leases(TestDatabase database) {
        return new FleetLeases(
                database.bean(NamedParameterJdbcOperations.class),
                new TransactionTemplate(database.bean(PlatformTransactionManager.class)),
                database.clock());
    }
}
