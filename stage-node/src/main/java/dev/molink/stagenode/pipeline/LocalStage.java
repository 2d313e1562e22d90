package dev.molink.stagenode.pipeline;

import dev.molink.proto.stage.v1.FormRequest;
import dev.molink.proto.stage.v1.LinkOpen;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.link.InboundLink;
import dev.molink.stagenode.link.LinkAcceptor;
import dev.molink.stagenode.link.LinkLoss;
import dev.molink.stagenode.link.LinkRefusedException;
import dev.molink.stagenode.link.PeerDialer;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node is in its pipeline: in no formation, or a stage of exactly one. */
final class LocalStage implements LinkAcceptor, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LocalStage.class);

    private final StageDescription self;
    private final StageEngine engine;
    private final PeerDialer dialer;
    private final BiConsumer<Long, LinkLoss> onLost;
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("link-heartbeat").daemon().factory());

    // Guarded by this.
    private @Nullable Formation current;
    private long newestEpoch;

    /** @param onLost called with the epoch when a formation ended by a loss */
    LocalStage(StageDescription self, StageEngine engine, PeerDialer dialer, BiConsumer<Long, LinkLoss> onLost) {
        this.self = self;
        this.engine = engine;
        this.dialer = dialer;
        this.onLost = onLost;
        Future<?> _ = heart.scheduleAtFixedRate(this::beat, 1, 1, TimeUnit.SECONDS);
    }

    StageDescription description() {
        return self;
    }

    synchronized Optional<Formation> formation() {
        return Optional.ofNullable(current)
                .filter(formation -> formation.ending().isEmpty());
    }

    /**
     * Takes the place that the head assigns and leaves the one before; links to it are accepted from now on.
     *
     * @throws StatusException FAILED_PRECONDITION if the epoch is not newer or the place is another node's
     */
    Formation prepare(FormRequest request) throws StatusException {
        Formation before;
        Formation next;
        synchronized (this) {
            check(request);
            before = current;
            newestEpoch = request.getEpoch();
            next = new Formation(request, self.getHiddenSize(), engine, dialer.faults(), this::lost);
            current = next;
        }
        if (before != null) {
            before.dissolve("epoch %d replaces it".formatted(request.getEpoch()));
        }
        return next;
    }

    /** As {@link #prepare}, then opens the links to the next stage. */
    void form(FormRequest request) throws StatusException, InterruptedException {
        Formation next = prepare(request);
        connect(next);
        log.info(
                "stage {} of {} in pipeline '{}', epoch {}, {} KV blocks",
                request.getIndex() + 1,
                request.getStagesCount(),
                self.getPipeline(),
                request.getEpoch(),
                request.getKvBlocksList());
    }

    void connect(Formation next) throws StatusException, InterruptedException {
        try {
            next.connect(dialer);
        } catch (LinkRefusedException e) {
            next.dissolve(String.valueOf(e.getMessage()));
            throw Status.UNAVAILABLE
                    .withDescription(e.getMessage())
                    .withCause(e)
                    .asException();
        } catch (IllegalArgumentException | IllegalStateException e) {
            String reason = "%s cannot take its place: %s".formatted(StageFit.name(self), e.getMessage());
            next.dissolve(reason);
            throw Status.FAILED_PRECONDITION
                    .withDescription(reason)
                    .withCause(e)
                    .asException();
        }
    }

    private void check(FormRequest request) throws StatusException {
        if (request.getEpoch() <= newestEpoch) {
            throw refusal("was in epoch %d already, epoch %d is not newer".formatted(newestEpoch, request.getEpoch()));
        }
        boolean placed = request.getIndex() >= 0
                && request.getIndex() < request.getStagesCount()
                && request.getStages(request.getIndex()).getNodeId().equals(self.getNodeId());
        if (!placed) {
            throw refusal("has no place as stage %d of %d stages in the request"
                    .formatted(request.getIndex(), request.getStagesCount()));
        }
        WireTerms terms;
        try {
            terms = FormTerms.of(request);
        } catch (IllegalArgumentException e) {
            throw refusal("cannot form a pipeline: " + e.getMessage());
        }
        String needed = Handshake.capability(terms.codec());
        if (!self.getCapabilitiesList().contains(needed)) {
            throw refusal("can %s, the pipeline needs %s".formatted(self.getCapabilitiesList(), needed));
        }
    }

    private StatusException refusal(String why) {
        return Status.FAILED_PRECONDITION
                .withDescription("%s %s".formatted(StageFit.name(self), why))
                .asException();
    }

    /** Leaves the epoch; nothing happens when the node is in another one. */
    void dissolve(long epoch, String reason) {
        Optional<Formation> standing =
                formation().filter(formation -> formation.place().epoch() == epoch);
        standing.ifPresent(formation -> {
            log.info("left epoch {}: {}", epoch, reason);
            formation.dissolve(reason);
        });
    }

    /** Ends the epoch as if a link had been lost; nothing happens when the node is in another one. */
    void breakUp(long epoch, String reason) {
        formation()
                .filter(formation -> formation.place().epoch() == epoch)
                .ifPresent(formation -> formation.lose(new LinkLoss(self.getNodeId(), reason)));
    }

    @Override
    public Expected expect(LinkOpen open) throws StatusException {
        Optional<Formation> standing = formation();
        if (standing.isEmpty()) {
            throw refusal("is in no formation, epoch %d is over or not formed yet".formatted(open.getEpoch()));
        }
        return standing.get().expect(open);
    }

    @Override
    public void opened(InboundLink link) {
        formation()
                .filter(formation -> formation.place().epoch() == link.spec().epoch())
                .ifPresentOrElse(
                        formation -> formation.opened(link),
                        () -> link.close(new LinkLoss("", "the formation is over")));
    }

    private void lost(Formation formation, LinkLoss loss) {
        if (loss.nodeId().isEmpty()) {
            log.info("left epoch {}: {}", formation.place().epoch(), loss.reason());
        } else {
            log.warn(
                    "pipeline '{}' is broken, epoch {}: {}",
                    self.getPipeline(),
                    formation.place().epoch(),
                    loss.reason());
        }
        onLost.accept(formation.place().epoch(), loss);
    }

    private void beat() {
        try {
            formation().ifPresent(Formation::beat);
        } catch (RuntimeException e) {
            // An exception would silently end the schedule, and every link with it.
            log.error("a heartbeat to the neighbours failed", e);
        }
    }

    /** Leaves the formation; the neighbours are told that this node stops. */
    @Override
    public void close() {
        heart.shutdownNow();
        formation().ifPresent(formation -> formation.stop(self.getNodeId(), StageFit.name(self) + " was stopped"));
    }
}
