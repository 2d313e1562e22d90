package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkClass;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The dialling end of one connection of a link. Frames go out by the link's sender alone; frames come in one after the
 * other on the transport's threads.
 */
final class OutboundConnection implements ClientResponseObserver<Frame, Frame>, FrameSink {

    private final LinkClass linkClass;
    private final Events events;
    private final Inbox inbox;
    private final Consumer<Frame> wire;
    private final PulseMonitor pulse = new PulseMonitor();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    /** Set before the stream starts, so before anything else here is called. */
    private volatile @Nullable ClientCallStreamObserver<Frame> requests;

    /** What a connection tells its link; called by the transport's threads. */
    interface Events {

        /** The connection may take frames again. */
        void writable();

        /** The other end is to be told this. */
        void reply(OutboundConnection connection, Acknowledgement acknowledgement);

        /** A frame with the right checksum cannot be what its sender meant. */
        void contradicted(CorruptFrameException why);

        /** The connection was open and has ended. */
        void ended(Status status);
    }

    /** @param inbox belongs to this connection */
    OutboundConnection(LinkClass linkClass, Inbox inbox, LinkFaults faults, Events events) {
        this.linkClass = linkClass;
        this.inbox = inbox;
        this.events = events;
        this.wire = FaultyFrames.between(
                faults, linkClass.getNumber(), frame -> stream().onNext(frame));
    }

    void start(Channel channel) {
        // A link outlives the call that asked for it, whose end would cancel everything begun under its context.
        Context.ROOT.run(
                () -> ClientCalls.asyncBidiStreamingCall(channel.newCall(LinkFrames.METHOD, LinkFrames.CALL), this));
    }

    LinkClass linkClass() {
        return linkClass;
    }

    /** Completes when the other end has taken its place, and fails with the status if it does not. */
    CompletableFuture<Void> opened() {
        return opened;
    }

    /** Called once per beat; true when the other end is gone. */
    boolean isLost() {
        return pulse.isLost();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Frame> stream) {
        requests = stream;
        stream.setOnReadyHandler(events::writable);
    }

    private ClientCallStreamObserver<Frame> stream() {
        return Objects.requireNonNull(requests);
    }

    @Override
    public boolean isReady() {
        return stream().isReady();
    }

    @Override
    public void send(Frame frame) {
        wire.accept(frame);
    }

    /** Half-closes; the other end answers by ending the stream, and the channel's owner ends what hangs. */
    void finish() {
        try {
            stream().onCompleted();
        } catch (IllegalStateException e) {
            stream().cancel("the link is over", e);
        }
    }

    @Override
    public void onNext(Frame frame) {
        pulse.heard();
        try {
            Acknowledgement reply = inbox.accept(frame, System.nanoTime());
            if (reply != null) {
                events.reply(this, reply);
            }
        } catch (CorruptFrameException e) {
            events.contradicted(e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        onEnd(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        onEnd(Status.UNAVAILABLE.withDescription("ended by the other side"));
    }

    private void onEnd(Status status) {
        if (!opened.completeExceptionally(status.asException())) {
            events.ended(status);
        }
    }
}
