package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.LinkOpen;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** A stream that another stage opened: its first frame decides whether it becomes an {@link InboundLink}. */
public final class InboundStream implements StreamObserver<Frame> {

    private final LinkAcceptor acceptor;
    private final ServerCallStreamObserver<Frame> responses;
    private @Nullable InboundLink link;

    public InboundStream(LinkAcceptor acceptor, StreamObserver<Frame> responses) {
        this.acceptor = acceptor;
        this.responses = (ServerCallStreamObserver<Frame>) responses;
        // A handler of ours keeps the transport from throwing at whoever sends on a stream that was cancelled.
        this.responses.setOnCancelHandler(() -> onError(Status.CANCELLED.asException()));
    }

    @Override
    public void onNext(Frame frame) {
        if (link != null) {
            link.onFrame(frame);
            return;
        }
        FrameHeader header = SealedFrames.open(frame);
        if (header != null && header.hasOpen()) {
            open(header.getOpen());
        } else {
            responses.onError(Status.FAILED_PRECONDITION
                    .withDescription("the first frame of a link must be open, this one is "
                            + (header == null ? "corrupt" : header.getBodyCase()))
                    .asException());
        }
    }

    private void open(LinkOpen open) {
        try {
            InboundLink accepted = new InboundLink(acceptor.expect(open), open.getLinkClass(), responses);
            link = accepted;
            accepted.begin();
            acceptor.opened(accepted);
        } catch (StatusException e) {
            responses.onError(e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (link != null) {
            link.onEnd(Status.fromThrowable(failure));
        }
    }

    @Override
    public void onCompleted() {
        if (link != null) {
            link.onEnd(Status.OK);
        } else {
            responses.onCompleted();
        }
    }
}
