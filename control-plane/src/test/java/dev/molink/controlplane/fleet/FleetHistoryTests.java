package dev.molink.controlplane.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestClock;
import dev.molink.controlplane.fleet.Admission.Accepted;
import dev.molink.controlplane.fleet.FleetEvent.NodeJoined;
import dev.molink.controlplane.fleet.FleetEvent.NodeLeft;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.PipelineState;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of a fleet beside a plain model of it: a map of nodes, and a set of layers counted one by one. */
class FleetHistoryTests {

    private static final int STEPS = 3_000;
    private static final List<String> NODE_IDS = List.of("a", "b", "c", "d", "e", "f");
    private static final List<String> PIPELINES = List.of("p", "q");

    private record Plain(Hello hello, Instant heartbeatAt, boolean ready) {}

    private final TestClock clock = new TestClock();
    private final Set<String> told = new HashSet<>();
    private final FleetRegistry registry = new FleetRegistry(new FleetTime(clock, clock::nanos), this::tell);
    private final Map<String, Plain> plain = new HashMap<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20260821, 987654321, -5})
    void theRegistryAgreesWithAPlainModel(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> register(random);
                case 5, 6, 7 -> heartbeat(random);
                case 8 -> remove(random);
                case 9, 10 -> form();
                default -> passTime(random);
            }
            check("seed %d, step %d".formatted(seed, step));
        }
    }

    private void register(Random random) {
        int first = random.nextInt(Nodes.LAYERS);
        int end = first + 1 + random.nextInt(Nodes.LAYERS - first);
        Hello hello = Nodes.hello(pick(NODE_IDS, random), pick(PIPELINES, random), first, end).toBuilder()
                .setAdvertisedAddress(random.nextInt(4) + ":50061")
                .build();
        Map<String, Plain> others = new HashMap<>(plain);
        others.values()
                .removeIf(node -> node.hello().getNodeId().equals(hello.getNodeId())
                        || node.hello().getAdvertisedAddress().equals(hello.getAdvertisedAddress()));
        boolean overlaps = others.values().stream()
                .filter(node -> node.hello().getPipeline().equals(hello.getPipeline()))
                .anyMatch(node -> layers(node.hello()).intersects(layers(hello)));

        Admission admission = registry.register(hello);

        assertThat(admission instanceof Accepted).isEqualTo(!overlaps);
        if (!overlaps) {
            plain.clear();
            plain.putAll(others);
            plain.put(hello.getNodeId(), new Plain(hello, clock.instant(), false));
        }
    }

    private void heartbeat(Random random) {
        String nodeId = pick(NODE_IDS, random);
        registry.heartbeat(nodeId, Nodes.READY);
        plain.computeIfPresent(nodeId, (id, node) -> new Plain(node.hello(), clock.instant(), true));
    }

    private void remove(Random random) {
        String nodeId = pick(NODE_IDS, random);
        assertThat(registry.remove(nodeId, "test")).isEqualTo(plain.remove(nodeId) != null);
    }

    private void passTime(Random random) {
        clock.advance(Duration.ofMillis(random.nextInt(2_000)));
        Instant oldest = clock.instant().minus(FleetRegistry.EXPIRY);
        Set<String> silent = new HashSet<>();
        plain.forEach((id, node) -> {
            if (!node.heartbeatAt().isAfter(oldest)) {
                silent.add(id);
            }
        });
        assertThat(registry.expire()).containsExactlyInAnyOrderElementsOf(silent);
        plain.keySet().removeAll(silent);
    }

    /** Every head answers at once that it serves. */
    private void form() {
        for (FormPipeline formation : registry.formable()) {
            List<String> nodeIds = formation.getStagesList().stream()
                    .map(stage -> stage.getNodeId())
                    .toList();
            assertThat(covered(formation.getPipeline())).isEqualTo(Nodes.LAYERS);
            assertThat(nodeIds)
                    .allSatisfy(id -> assertThat(plain.get(id))
                            .satisfies(node -> assertThat(node.ready()).isTrue()));
            registry.report(
                    nodeIds.getFirst(),
                    Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 1, nodeIds.toArray(String[]::new)).toBuilder()
                            .setPipeline(formation.getPipeline())
                            .build());
        }
    }

    /** No ghost and nobody lost, no layer held twice, complete exactly when every layer is counted, routes only to those. */
    private void check(String when) {
        FleetSnapshot snapshot = registry.snapshot();
        assertThat(snapshot.nodes())
                .as(when)
                .extracting(NodeStatus::nodeId)
                .containsExactlyInAnyOrderElementsOf(plain.keySet());
        assertThat(told).as(when).isEqualTo(plain.keySet());
        for (PipelineStatus pipeline : snapshot.pipelines()) {
            int held = snapshot.nodes().stream()
                    .filter(node -> node.pipeline().equals(pipeline.name()))
                    .mapToInt(node -> node.layers().count())
                    .sum();
            assertThat(held).as(when).isEqualTo(covered(pipeline.name()));
            assertThat(pipeline.state() == PipelineStatus.State.INCOMPLETE)
                    .as(when)
                    .isEqualTo(covered(pipeline.name()) < Nodes.LAYERS);
        }
        assertThat(registry.serving(Nodes.MODEL)).as(when).allSatisfy(route -> {
            assertThat(covered(route.name())).isEqualTo(Nodes.LAYERS);
            assertThat(plain).containsKey(route.headNodeId());
        });
    }

    private int covered(String pipeline) {
        BitSet covered = new BitSet();
        plain.values().stream()
                .filter(node -> node.hello().getPipeline().equals(pipeline))
                .forEach(node -> covered.or(layers(node.hello())));
        return covered.cardinality();
    }

    private void tell(FleetEvent event) {
        switch (event) {
            case NodeJoined joined -> told.add(joined.nodeId());
            case NodeLeft left -> told.remove(left.nodeId());
            case FleetEvent.PipelineCompleted ignored -> {}
            case FleetEvent.PipelineBroken ignored -> {}
        }
    }

    private static BitSet layers(Hello hello) {
        BitSet layers = new BitSet();
        layers.set(hello.getFirstLayer(), hello.getEndLayer());
        return layers;
    }

    private static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
