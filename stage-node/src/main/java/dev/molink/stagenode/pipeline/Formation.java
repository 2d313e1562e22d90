package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.stage.v1.FormRequest;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.LinkOpen;
import dev.molink.stagenode.engine.StageOutbound;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.link.HiddenState;
import dev.molink.stagenode.link.InboundLink;
import dev.molink.stagenode.link.Link;
import dev.molink.stagenode.link.LinkAcceptor.Expected;
import dev.molink.stagenode.link.LinkFaults;
import dev.molink.stagenode.link.LinkLoss;
import dev.molink.stagenode.link.LinkOptions;
import dev.molink.stagenode.link.LinkReceiver;
import dev.molink.stagenode.link.LinkRefusedException;
import dev.molink.stagenode.link.LinkReplies;
import dev.molink.stagenode.link.LinkSpec;
import dev.molink.stagenode.link.OutboundLink;
import dev.molink.stagenode.link.OutboundLink.Dialled;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One stage's part in one epoch: the links to its neighbours and the way of plans, hidden states and outcomes between
 * them and the engine.
 *
 * <p>Every stage but the last has a link of two connections to the next one, for control and decode and for prefill. The last dials the head
 * for outcomes; with one stage there is nobody to dial. A stage that loses any link leaves the epoch and says why on all
 * others, so that the reason reaches the head however long the pipeline is.
 */
final class Formation implements LinkReceiver, LinkReplies, StageOutbound {

    private static final Duration LINK_PATIENCE = Duration.ofSeconds(10);
    private static final Duration CHANNEL_PATIENCE = Duration.ofSeconds(1);

    /** Beats within which all neighbours must have dialled. */
    private static final int BEATS_TO_DIAL = 30;

    private final FormRequest request;
    private final StagePlace place;
    private final WireTerms wire;
    private final int hiddenSize;
    private final LinkOptions options;
    private final StageEngine engine;
    private final BiConsumer<Formation, LinkLoss> onLost;

    private final List<ManagedChannel> channels = new CopyOnWriteArrayList<>();
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable OutboundLink> outbound = new AtomicReference<>();
    private final Map<LinkClass, InboundLink> inbound = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable LinkLoss> ending = new AtomicReference<>();

    // Owned by the thread that beats.
    private int beats;

    /**
     * @param faults that this stage's ends of the links make on purpose
     * @param onLost called once, on a thread of its own, when the formation ends by a loss
     * @throws IllegalArgumentException if the request's terms are none that this stage knows
     */
    Formation(
            FormRequest request,
            int hiddenSize,
            StageEngine engine,
            LinkFaults faults,
            BiConsumer<Formation, LinkLoss> onLost) {
        this.request = request;
        this.place = new StagePlace(request.getEpoch(), request.getIndex(), request.getStagesCount());
        this.wire = FormTerms.of(request);
        this.hiddenSize = hiddenSize;
        this.options = new LinkOptions(wire.policy(), faults, wire.initial(place.index()), engine.recorder());
        this.engine = engine;
        this.onLost = onLost;
    }

    StagePlace place() {
        return place;
    }

    List<StageAddress> stages() {
        return request.getStagesList();
    }

    /** Why the formation is over; empty while it stands. */
    Optional<LinkLoss> ending() {
        return Optional.ofNullable(ending.get());
    }

    /** Readies the engine and opens the links to the next stage, or from the last one to the head. */
    void connect(PeerDialer dialer) throws LinkRefusedException, InterruptedException {
        engine.form(place, request.getKvBlocksList(), wire, this);
        if (!place.isLast()) {
            dial(dialer, place.index() + 1, LinkClass.LINK_CLASS_CONTROL, LinkClass.LINK_CLASS_PREFILL);
        } else if (!place.isFirst()) {
            dial(dialer, 0, LinkClass.LINK_CLASS_OUTCOME);
        }
    }

    private void dial(PeerDialer dialer, int peer, LinkClass... classes)
            throws LinkRefusedException, InterruptedException {
        List<Dialled> dialled = new ArrayList<>();
        for (LinkClass linkClass : classes) {
            ManagedChannel channel = dialer.dial(request.getStages(peer).getAddress());
            channels.add(channel);
            dialled.add(new Dialled(linkClass, channel));
        }
        OutboundLink link = OutboundLink.open(dialled, spec(peer), options, LINK_PATIENCE, this);
        outbound.set(link);
        add(link);
    }

    private LinkSpec spec(int peer) {
        return new LinkSpec(
                place.epoch(),
                request.getStages(place.index()).getNodeId(),
                request.getStages(peer).getNodeId(),
                name(peer),
                hiddenSize,
                wire.codec());
    }

    private String name(int stage) {
        return "stage %d (%s)".formatted(stage, StageFit.name(request.getStages(stage)));
    }

    /** @throws StatusException if no such link belongs to this stage's place */
    Expected expect(LinkOpen open) throws StatusException {
        Integer peer = dialledBy().get(open.getLinkClass());
        if (open.getEpoch() != place.epoch() || ending.get() != null) {
            throw refuse("is in epoch %d, not in %d".formatted(place.epoch(), open.getEpoch()));
        }
        if (peer == null || !request.getStages(peer).getNodeId().equals(open.getFromNodeId())) {
            throw refuse("expects no %s from node %s".formatted(open.getLinkClass(), open.getFromNodeId()));
        }
        if (inbound.containsKey(open.getLinkClass())) {
            throw refuse("has its %s already".formatted(open.getLinkClass()));
        }
        return new Expected(spec(peer), this, this::lose, options.faults());
    }

    private StatusException refuse(String why) {
        return Status.FAILED_PRECONDITION
                .withDescription("%s %s".formatted(name(place.index()), why))
                .asException();
    }

    /** Which stage dials which link of this one. */
    private Map<LinkClass, Integer> dialledBy() {
        Map<LinkClass, Integer> peers = new EnumMap<>(LinkClass.class);
        if (!place.isFirst()) {
            peers.put(LinkClass.LINK_CLASS_CONTROL, place.index() - 1);
            peers.put(LinkClass.LINK_CLASS_PREFILL, place.index() - 1);
        } else if (!place.isLast()) {
            peers.put(LinkClass.LINK_CLASS_OUTCOME, place.stages() - 1);
        }
        return peers;
    }

    void opened(InboundLink link) {
        inbound.put(link.linkClass(), link);
        add(link);
    }

    private void add(Link link) {
        links.add(link);
        ending().ifPresent(link::close);
    }

    /** Beats on every link; called each second. */
    void beat() {
        links.forEach(Link::beat);
        if (++beats == BEATS_TO_DIAL
                && !inbound.keySet().containsAll(dialledBy().keySet())) {
            int missing = dialledBy().values().iterator().next();
            lose(new LinkLoss(
                    request.getStages(missing).getNodeId(), "%s did not open its links".formatted(name(missing))));
        }
    }

    @Override
    public void onPlan(StepPlan plan) {
        engine.onPlan(plan);
    }

    @Override
    public void onHiddenState(HiddenState hidden) {
        engine.onHiddenState(hidden);
    }

    /** At the head an outcome has arrived; at any other stage it came back from a later one and goes on. */
    @Override
    public void onOutcome(StepOutcome outcome) {
        passOn(outcome);
    }

    /** At the head a report has arrived; at any other stage it goes on. */
    @Override
    public void onReport(StageReport report) {
        measured(report);
    }

    @Override
    public void onLoss(LinkLoss loss) {
        lose(loss);
    }

    @Override
    public void forward(StepPlan plan) {
        OutboundLink next = next();
        if (next != null) {
            next.sendPlan(plan);
        }
    }

    @Override
    public void sendHidden(StepPlan plan, int columns, int firstRow, MemorySegment values) {
        OutboundLink next = next();
        if (next != null) {
            next.sendHidden(plan, firstRow, values);
        }
    }

    @Override
    public void decodeRuns(boolean running) {
        OutboundLink next = next();
        if (next != null) {
            next.decodeRuns(running);
        }
    }

    /** The link to the next stage; the last stage has none. */
    private @Nullable OutboundLink next() {
        return place.isLast() ? null : outbound.get();
    }

    @Override
    public void report(StepOutcome outcome) {
        OutboundLink next = next();
        if (next != null && outcome instanceof StepOutcome.Failed) {
            next.abandonHidden();
        }
        passOn(outcome);
    }

    /** The last stage has its own link to the head; a failure in the middle goes back from stage to stage. */
    private void passOn(StepOutcome outcome) {
        OutboundLink link = outbound.get();
        InboundLink back = inbound.get(LinkClass.LINK_CLASS_CONTROL);
        if (place.isFirst()) {
            engine.onOutcome(outcome);
        } else if (place.isLast() && link != null) {
            link.sendOutcome(outcome);
        } else if (back != null) {
            back.sendOutcome(outcome);
        }
    }

    @Override
    public void measured(StageReport report) {
        InboundLink back = inbound.get(LinkClass.LINK_CLASS_CONTROL);
        if (place.isFirst()) {
            engine.onStageReport(report);
        } else if (back != null) {
            back.sendReport(report);
        }
    }

    /** What was measured before the formation counts as long as nothing else is known. */
    @Override
    public LinkRate linkRate() {
        OutboundLink link = outbound.get();
        LinkRate initial = wire.initial(place.index());
        LinkRate shown = link == null ? LinkRate.UNKNOWN : link.rate();
        return new LinkRate(
                shown.bytesPerSecond() == 0 ? initial.bytesPerSecond() : shown.bytesPerSecond(),
                shown.oneWayNanos() == 0 ? initial.oneWayNanos() : shown.oneWayNanos());
    }

    @Override
    public LinkTraffic linkTraffic() {
        OutboundLink link = outbound.get();
        return link == null ? LinkTraffic.NONE : link.traffic();
    }

    /** Leaves the epoch on purpose. */
    void dissolve(String reason) {
        end(new LinkLoss("", reason), () -> {});
    }

    /** Leaves the epoch because this node stops; to the others that is a loss. */
    void stop(String nodeId, String reason) {
        end(new LinkLoss(nodeId, reason), () -> {});
    }

    /** Ends the epoch by a loss and tells the neighbours why. */
    void lose(LinkLoss loss) {
        // The caller may be a transport thread; closing links takes its time.
        Thread.ofVirtual()
                .name("formation-%d-lost".formatted(place.epoch()))
                .start(() -> end(loss, () -> onLost.accept(this, loss)));
    }

    private void end(LinkLoss reason, Runnable afterwards) {
        if (!ending.compareAndSet(null, reason)) {
            return;
        }
        engine.dissolve(place.epoch(), reason.reason());
        links.forEach(link -> link.close(reason));
        channels.forEach(ManagedChannel::shutdown);
        channels.forEach(Formation::awaitEnd);
        afterwards.run();
    }

    private static void awaitEnd(ManagedChannel channel) {
        try {
            channel.awaitTermination(CHANNEL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channel.shutdownNow();
    }
}
