package dev.molink.controlplane.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestClock;
import dev.molink.controlplane.fleet.Admission.Accepted;
import dev.molink.controlplane.fleet.Admission.Refused;
import dev.molink.controlplane.fleet.FleetEvent.NodeJoined;
import dev.molink.controlplane.fleet.FleetEvent.NodeLeft;
import dev.molink.controlplane.fleet.FleetEvent.PipelineBroken;
import dev.molink.controlplane.fleet.FleetEvent.PipelineCompleted;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.NodeState;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.StageAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FleetRegistryTests {

    private final TestClock clock = new TestClock();
    private final List<FleetEvent> events = new ArrayList<>();
    private final FleetRegistry registry = new FleetRegistry(new FleetTime(clock, clock::nanos), events::add);

    @Nested
    class Admitting {

        @Test
        void takesNodesWhoseRangesTouch() {
            assertThat(registry.register(Nodes.hello("a", 0, 4))).isInstanceOf(Accepted.class);
            assertThat(registry.register(Nodes.hello("b", 4, 8))).isInstanceOf(Accepted.class);
        }

        @Test
        void refusesAnOverlapAndNamesBothNodes() {
            registry.register(Nodes.hello("a", 0, 5));

            assertThat(registry.register(Nodes.hello("b", 4, 8)))
                    .isEqualTo(new Refused(
                            "node b at b:50061 holds layers [4, 8) of molink-demo, which overlap layers [0, 5) of"
                                    + " node a at a:50061 in the pipeline 'default'"));
        }

        @Test
        void takesTheSameRangeInAnotherPipeline() {
            registry.register(Nodes.hello("a", 0, 8));

            assertThat(registry.register(Nodes.hello("b", "second", 0, 8))).isInstanceOf(Accepted.class);
        }

        @Test
        void refusesAnotherModelUnderTheSameName() {
            registry.register(Nodes.hello("a", 0, 4));

            assertThat(refusal(hello -> hello.getModelBuilder().setFingerprint("cc".repeat(32))))
                    .isEqualTo(
                            "molink-demo has the fingerprint cccccccccccc… at node b at b:50061, but has the fingerprint"
                                    + " aaaaaaaaaaaa… at node a at a:50061");
        }

        @Test
        void refusesAnotherDtype() {
            registry.register(Nodes.hello("a", 0, 4));

            assertThat(refusal(hello -> hello.getModelBuilder().setDtype("q8_0")))
                    .isEqualTo(
                            "molink-demo is held as q8_0 at node b at b:50061, but is held as f32 at node a at a:50061");
        }

        @Test
        void refusesAnotherLayerCount() {
            registry.register(Nodes.hello("a", 0, 4));

            assertThat(refusal(hello -> hello.getModelBuilder().setLayers(12)))
                    .isEqualTo("molink-demo has 12 layers at node b at b:50061, but has 8 layers at node a at a:50061");
        }

        @Test
        void refusesARangeOutsideTheModel() {
            assertThat(refusal(hello -> hello.setEndLayer(9)))
                    .isEqualTo("node b at b:50061 holds layers [4, 9), but molink-demo has layers [0, 8)");
            assertThat(refusal(hello -> hello.setFirstLayer(8))).contains("holds layers [8, 8)");
            assertThat(refusal(hello -> hello.setFirstLayer(-1))).contains("holds layers [-1, 8)");
        }

        @Test
        void refusesANodeWithoutNames() {
            assertThat(refusal(hello -> hello.setNodeId(""))).isEqualTo("a node needs a node id, but it is empty");
            assertThat(refusal(hello -> hello.setPipeline(" ")))
                    .isEqualTo("a node needs a pipeline name, but it is empty");
            assertThat(refusal(hello -> hello.getModelBuilder().setName("m".repeat(201))))
                    .isEqualTo("a model name has at most 200 characters, but it has 201");
        }

        @Test
        void aRefusedNodeLeavesNoTrace() {
            registry.register(Nodes.hello("a", 0, 5));
            events.clear();

            registry.register(Nodes.hello("b", 4, 8));

            assertThat(registry.snapshot().nodes())
                    .extracting(NodeStatus::nodeId)
                    .containsExactly("a");
            assertThat(events).isEmpty();
        }

        @Test
        void aNodeThatConnectsAnewReplacesItself() {
            registry.register(Nodes.hello("a", 0, 4));

            Admission again = registry.register(Nodes.hello("a", 0, 8));

            assertThat(again).isEqualTo(new Accepted(List.of("a")));
            assertThat(registry.snapshot().nodes())
                    .singleElement()
                    .extracting(NodeStatus::layers)
                    .isEqualTo(new LayerRange(0, 8));
        }

        @Test
        void aNodeAtTheSameAddressReplacesTheOneThatWasThere() {
            registry.register(Nodes.hello("a", 0, 4));

            Admission admission = registry.register(Nodes.hello("b", 0, 4).toBuilder()
                    .setAdvertisedAddress("a:50061")
                    .build());

            assertThat(admission).isEqualTo(new Accepted(List.of("a")));
            assertThat(registry.snapshot().nodes())
                    .extracting(NodeStatus::nodeId)
                    .containsExactly("b");
        }

        private String refusal(Consumer<Hello.Builder> change) {
            Hello.Builder hello = Nodes.hello("b", 4, 8).toBuilder();
            change.accept(hello);
            return registry.register(hello.build()) instanceof Refused refused ? refused.reason() : "accepted";
        }
    }

    @Nested
    class Vanishing {

        @Test
        void aNodeIsGoneAfterThreeMissedHeartbeats() {
            registry.register(Nodes.hello("a", 0, 4));
            registry.register(Nodes.hello("b", 4, 8));
            clock.advance(Duration.ofMillis(2999));
            registry.heartbeat("b", Nodes.READY);
            List<String> early = registry.expire();

            clock.advance(Duration.ofMillis(1));
            List<String> late = registry.expire();

            assertThat(early).isEmpty();
            assertThat(late).containsExactly("a");
            assertThat(registry.snapshot().nodes())
                    .extracting(NodeStatus::nodeId)
                    .containsExactly("b");
        }

        @Test
        void aHeartbeatOfAGhostBringsNobodyBack() {
            registry.register(Nodes.hello("a", 0, 4));
            registry.remove("a", "its stream ended");

            registry.heartbeat("a", Nodes.READY);

            assertThat(registry.snapshot().nodes()).isEmpty();
            assertThat(registry.snapshot().pipelines()).isEmpty();
            assertThat(registry.remove("a", "again")).isFalse();
        }

        @Test
        void whatHappensIsTold() {
            registry.register(Nodes.hello("a", 0, 4));
            registry.register(Nodes.hello("b", 4, 8));
            registry.remove("a", "its stream ended");

            assertThat(events)
                    .containsExactly(
                            new NodeJoined("a", "default", "molink-demo", new LayerRange(0, 4)),
                            new NodeJoined("b", "default", "molink-demo", new LayerRange(4, 8)),
                            new PipelineCompleted("default", "molink-demo"),
                            new NodeLeft("a", "default", "molink-demo", "its stream ended"),
                            new PipelineBroken(
                                    "default", "molink-demo", "layers [0, 4) of molink-demo are held by no node"));
        }
    }

    @Nested
    class Forming {

        @Test
        void namesEveryMissingLayer() {
            registry.register(Nodes.hello("b", 2, 4));
            registry.register(Nodes.hello("c", 5, 7));

            assertThat(pipeline().state()).isEqualTo(PipelineStatus.State.INCOMPLETE);
            assertThat(pipeline().reason())
                    .isEqualTo("layers [0, 2) and [4, 5) and [7, 8) of molink-demo are held by no node");
            assertThat(registry.formable()).isEmpty();
        }

        @Test
        void tellsTheHeadOnceAllNodesAreReady() {
            registry.register(Nodes.hello("b", 4, 8));
            registry.register(Nodes.hello("a", 0, 4));
            registry.heartbeat("a", Nodes.READY);
            List<FormPipeline> early = registry.formable();

            registry.heartbeat("b", Nodes.READY);
            List<FormPipeline> ready = registry.formable();

            assertThat(early).isEmpty();
            assertThat(ready).singleElement().satisfies(formation -> {
                assertThat(formation.getPipeline()).isEqualTo("default");
                assertThat(formation.getStagesList())
                        .extracting(StageAddress::getNodeId)
                        .containsExactly("a", "b");
                assertThat(formation.getStages(1).getAddress()).isEqualTo("b:50061");
                assertThat(formation.getStages(1).getFirstLayer()).isEqualTo(4);
            });
        }

        @Test
        void asksAgainOnlyWhenTheHeadDoesNotAnswer() {
            chain();
            assertThat(registry.formable()).hasSize(1);

            List<FormPipeline> atOnce = registry.formable();
            clock.advance(Duration.ofSeconds(5));
            List<FormPipeline> later = registry.formable();

            assertThat(atOnce).isEmpty();
            assertThat(later).hasSize(1);
        }

        @Test
        void asksAgainAfterASecondWhenTheFormationBroke() {
            chain();
            registry.formable();
            registry.report("a", Nodes.report(PipelineState.PIPELINE_STATE_BROKEN, 1, "a", "b"));
            List<FormPipeline> atOnce = registry.formable();

            clock.advance(Duration.ofSeconds(1));

            assertThat(atOnce).isEmpty();
            assertThat(pipeline().state()).isEqualTo(PipelineStatus.State.BROKEN);
            assertThat(pipeline().reason()).isEqualTo("the head said so");
            assertThat(registry.formable()).hasSize(1);
        }

        @Test
        void routesToAPipelineThatServesUntilAStageLeaves() {
            chain();
            List<ServingPipeline> before = registry.serving("molink-demo");
            registry.report("a", Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 7, "a", "b"));
            List<ServingPipeline> serving = registry.serving("molink-demo");

            registry.remove("b", "its stream ended");

            assertThat(before).isEmpty();
            assertThat(serving).containsExactly(new ServingPipeline("default", "molink-demo", 7, "a"));
            assertThat(registry.formable()).isEmpty();
            assertThat(registry.serving("molink-demo")).isEmpty();
            assertThat(registry.servesAnything()).isFalse();
        }

        @Test
        void aStageThatConnectsAnewMustBeFormedAnew() {
            chain();
            registry.report("a", Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 7, "a", "b"));

            registry.register(Nodes.hello("b", 4, 8));
            List<ServingPipeline> serving = registry.serving("molink-demo");
            registry.heartbeat("b", Nodes.READY);

            assertThat(serving).isEmpty();
            assertThat(registry.formable()).hasSize(1);
        }

        @Test
        void routesNothingToAPipelineThatDrains() {
            chain();
            registry.report("a", Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 7, "a", "b"));

            registry.heartbeat("b", Nodes.beat(NodeState.NODE_STATE_DRAINING));

            assertThat(registry.serving("molink-demo")).isEmpty();
        }

        @Test
        void believesOnlyTheHeadAndOnlyAboutTheNodesThatAreHere() {
            chain();

            registry.report("b", Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 1, "a", "b"));
            registry.report("a", Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 1, "a", "c"));
            registry.report("z", Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 1, "a", "b"));

            assertThat(registry.serving("molink-demo")).isEmpty();
        }

        private void chain() {
            registry.register(Nodes.hello("a", 0, 4));
            registry.register(Nodes.hello("b", 4, 8));
            registry.heartbeat("a", Nodes.READY);
            registry.heartbeat("b", Nodes.READY);
        }
    }

    @Nested
    class Showing {

        @Test
        void showsEachNodeWithItsLastHeartbeat() {
            registry.register(Nodes.hello("a", 0, 4));
            clock.advance(Duration.ofSeconds(1));
            registry.heartbeat("a", Nodes.READY);

            NodeStatus node = registry.snapshot().nodes().getFirst();

            assertThat(node.state()).isEqualTo(NodeStatus.State.READY);
            assertThat(node.residentBytes()).isEqualTo(150_000_000);
            assertThat(node.heartbeatAt()).isEqualTo(node.joinedAt().plusSeconds(1));
        }

        @Test
        void knowsAModelAsSoonAsANodeHoldsALayerOfIt() {
            registry.register(Nodes.hello("b", 4, 8));

            assertThat(registry.model("molink-demo")).hasValueSatisfying(model -> {
                assertThat(model.identity().getLayers()).isEqualTo(8);
                assertThat(model.textSha256()).isEqualTo("bb".repeat(32));
                assertThat(model.firstSeenAt()).isEqualTo(clock.instant());
            });
            assertThat(registry.model("another")).isEmpty();
        }

        @Test
        void takesTheTextFromAnyNodeThatHasIt() {
            registry.register(
                    Nodes.hello("a", "first", 0, 8).toBuilder().clearText().build());
            registry.register(Nodes.hello("b", "second", 0, 8));

            assertThat(registry.models())
                    .singleElement()
                    .satisfies(model -> assertThat(model.textSha256()).isEqualTo("bb".repeat(32)));
        }
    }

    @Test
    void showsLinksOfTheStandingFormationOnly() {
        registry.register(Nodes.hello("a", 0, 4));
        registry.register(Nodes.hello("b", 4, 8));
        registry.heartbeat(
                "a", Nodes.READY.toBuilder().setEngine(Nodes.engine(3)).build());
        registry.heartbeat(
                "b", Nodes.READY.toBuilder().setEngine(Nodes.engine(4)).build());
        assertThat(pipeline().wire()).as("before the head said that it serves").isNull();

        registry.report("a", Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 3, "a", "b"));
        assertThat(pipeline().wire()).isEqualTo(WireStatus.of(Nodes.engine(3)));

        registry.report("a", Nodes.report(PipelineState.PIPELINE_STATE_SERVING, 4, "a", "b"));
        assertThat(pipeline().wire()).as("its figures are of an earlier one").isNull();
    }

    private PipelineStatus pipeline() {
        return registry.snapshot().pipelines().getFirst();
    }
}
