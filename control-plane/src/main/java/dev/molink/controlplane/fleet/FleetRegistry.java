package dev.molink.controlplane.fleet;

import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.PipelineReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The nodes that are connected to this gateway, and the pipelines that they make.
 *
 * <p>A node joins with its Hello, stays as long as it sends heartbeats, and is gone after three missed ones. Within one
 * pipeline name and model, layer ranges never overlap; under one model name, fingerprint, dtype and layer count are the same
 * everywhere. A chain whose ranges cover the whole model and whose nodes have loaded is offered for formation until its head
 * reports that it serves; any node that joins or leaves it makes that report void.
 *
 * <p>Safe for any number of threads: every method holds this object's lock, except the routes, which are read without one.
 */
public final class FleetRegistry implements FleetView {

    /** How often a node reports. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** A node that was silent for so long is gone. */
    public static final Duration EXPIRY = HEARTBEAT.multipliedBy(3);

    private final FleetTime time;
    private final FleetListener listener;
    private final Map<String, LiveNode> nodes = new HashMap<>();
    private final Map<ChainKey, Chain> chains = new TreeMap<>();
    private final Map<String, Instant> modelsSeenAt = new HashMap<>();
    private volatile Map<String, List<ServingPipeline>> routes = Map.of();

    public FleetRegistry(FleetTime time, FleetListener listener) {
        this.time = time;
        this.listener = listener;
    }

    /** Takes a node in, or says why not. A node replaces itself, and any other that was at its address. */
    public Admission register(Hello hello) {
        List<FleetEvent> events = new ArrayList<>();
        Admission admission = register(hello, events);
        events.forEach(listener::happened);
        return admission;
    }

    private synchronized Admission register(Hello hello, List<FleetEvent> events) {
        List<LiveNode> replaced = nodes.values().stream()
                .filter(node -> samePlace(node.hello(), hello))
                .toList();
        String refusal = AdmissionRules.refusal(hello, without(replaced));
        if (refusal != null) {
            return new Admission.Refused(refusal);
        }
        replaced.forEach(node -> leave(node, "it was replaced by node " + hello.getNodeId(), events));
        join(new LiveNode(hello, time), events);
        return new Admission.Accepted(replaced.stream().map(LiveNode::nodeId).toList());
    }

    /** Takes a heartbeat; one of a node that is gone has no effect. */
    public synchronized void heartbeat(String nodeId, Heartbeat beat) {
        LiveNode node = nodes.get(nodeId);
        if (node == null) {
            return;
        }
        NodeStatus.State before = node.state();
        node.beat(beat, time);
        if (node.state() != before) {
            updateRoutes();
        }
    }

    /** Takes what a head says of its pipeline; the word of a node that is not the head of it has no effect. */
    public synchronized void report(String headNodeId, PipelineReport report) {
        LiveNode head = nodes.get(headNodeId);
        if (head == null || !head.hello().getPipeline().equals(report.getPipeline())) {
            return;
        }
        Chain chain = chainOf(head);
        if (chain.first() == head) {
            chain.report(report, time.nanos());
            updateRoutes();
        }
    }

    /** Removes a node whose stream ended. Returns false when it was gone already. */
    public boolean remove(String nodeId, String reason) {
        List<FleetEvent> events = new ArrayList<>();
        boolean removed = remove(nodeId, reason, events);
        events.forEach(listener::happened);
        return removed;
    }

    private synchronized boolean remove(String nodeId, String reason, List<FleetEvent> events) {
        LiveNode node = nodes.get(nodeId);
        if (node != null) {
            leave(node, reason, events);
        }
        return node != null;
    }

    /** Removes the nodes that missed three heartbeats and names them. */
    public List<String> expire() {
        List<FleetEvent> events = new ArrayList<>();
        List<String> expired = expire(events);
        events.forEach(listener::happened);
        return expired;
    }

    private synchronized List<String> expire(List<FleetEvent> events) {
        long now = time.nanos();
        List<LiveNode> silent = nodes.values().stream()
                .filter(node -> node.silentNanos(now) >= EXPIRY.toNanos())
                .toList();
        silent.forEach(node -> leave(node, "it missed three heartbeats", events));
        return silent.stream().map(LiveNode::nodeId).toList();
    }

    /**
     * The formations that heads are to be told now; each goes to the node of its first stage. One that was returned is not
     * returned again before the head had time to answer.
     */
    public synchronized List<FormPipeline> formable() {
        long now = time.nanos();
        return chains.values().stream()
                .map(chain -> chain.formation(now))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The pipelines that serve {@code model} now; takes no lock. */
    public List<ServingPipeline> serving(String model) {
        return routes.getOrDefault(model, List.of());
    }

    /** Whether any pipeline serves; takes no lock. */
    public boolean servesAnything() {
        return !routes.isEmpty();
    }

    /** The model as its nodes announce it; empty when no node holds any layer of it. */
    public Optional<KnownModel> model(String name) {
        return models().stream()
                .filter(known -> known.identity().getName().equals(name))
                .findFirst();
    }

    /** The models of which at least one node holds layers, by name. */
    public synchronized List<KnownModel> models() {
        Map<String, KnownModel> models = new TreeMap<>();
        for (Chain chain : chains.values()) {
            KnownModel known = known(chain);
            models.merge(known.identity().getName(), known, FleetRegistry::moreComplete);
        }
        return List.copyOf(models.values());
    }

    @Override
    public synchronized FleetSnapshot snapshot() {
        return new FleetSnapshot(
                time.instant(),
                chains.values().stream()
                        .flatMap(chain -> chain.nodes().stream())
                        .map(LiveNode::status)
                        .toList(),
                chains.values().stream().map(Chain::status).toList());
    }

    private static boolean samePlace(Hello one, Hello other) {
        return one.getNodeId().equals(other.getNodeId())
                || (!one.getAdvertisedAddress().isBlank()
                        && one.getAdvertisedAddress().equals(other.getAdvertisedAddress()));
    }

    private Collection<LiveNode> without(List<LiveNode> excluded) {
        return nodes.values().stream().filter(node -> !excluded.contains(node)).toList();
    }

    private void join(LiveNode node, List<FleetEvent> events) {
        ChainKey key = node.chain();
        Chain chain = chains.computeIfAbsent(
                key, absent -> new Chain(absent, node.hello().getModel().getLayers()));
        nodes.put(node.nodeId(), node);
        chain.add(node);
        modelsSeenAt.putIfAbsent(key.model(), time.instant());
        updateRoutes();
        events.add(new FleetEvent.NodeJoined(node.nodeId(), key.pipeline(), key.model(), node.layers()));
        if (chain.complete()) {
            events.add(new FleetEvent.PipelineCompleted(key.pipeline(), key.model()));
        }
    }

    private void leave(LiveNode node, String reason, List<FleetEvent> events) {
        ChainKey key = node.chain();
        Chain chain = chainOf(node);
        boolean wasComplete = chain.complete();
        nodes.remove(node.nodeId());
        chain.remove(node);
        if (chain.isEmpty()) {
            chains.remove(key);
        }
        updateRoutes();
        events.add(new FleetEvent.NodeLeft(node.nodeId(), key.pipeline(), key.model(), reason));
        if (wasComplete) {
            events.add(new FleetEvent.PipelineBroken(key.pipeline(), key.model(), chain.missingSentence()));
        }
    }

    private Chain chainOf(LiveNode node) {
        return Objects.requireNonNull(chains.get(node.chain()), "every node is in a chain");
    }

    private void updateRoutes() {
        routes = chains.values().stream()
                .map(Chain::route)
                .filter(Objects::nonNull)
                .collect(Collectors.groupingBy(ServingPipeline::model, Collectors.toUnmodifiableList()));
    }

    private KnownModel known(Chain chain) {
        Hello first = chain.first().hello();
        String text = chain.nodes().stream()
                .map(node -> node.hello().getText().getSha256())
                .filter(hash -> !hash.isEmpty())
                .findFirst()
                .orElse("");
        Instant seenAt =
                Objects.requireNonNull(modelsSeenAt.get(first.getModel().getName()), "seen when it joined");
        return new KnownModel(first.getModel(), text, seenAt);
    }

    /** Of two chains of a model, the first; its text may come from the second. */
    private static KnownModel moreComplete(KnownModel one, KnownModel other) {
        return one.textSha256().isEmpty() && !other.textSha256().isEmpty() ? other : one;
    }
}
