package dev.molink.stagenode.pipeline;

import dev.molink.proto.stage.v1.AssetChunk;
import dev.molink.proto.stage.v1.AssetReceipt;
import dev.molink.proto.stage.v1.DescribeRequest;
import dev.molink.proto.stage.v1.DissolveRequest;
import dev.molink.proto.stage.v1.DissolveResponse;
import dev.molink.proto.stage.v1.FormRequest;
import dev.molink.proto.stage.v1.FormResponse;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.JoinRequest;
import dev.molink.proto.stage.v1.JoinResponse;
import dev.molink.proto.stage.v1.MeasureRequest;
import dev.molink.proto.stage.v1.MeasureResponse;
import dev.molink.proto.stage.v1.ProbeChunk;
import dev.molink.proto.stage.v1.ProbeReceipt;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.asset.AssetReceiver;
import dev.molink.stagenode.asset.AssetStore;
import dev.molink.stagenode.link.InboundStream;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.probe.PathProbe;
import dev.molink.stagenode.probe.ProbeReceiver;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Callable;

/** The stage service of a node: hands every call to the part that answers it. */
final class StageEndpoint extends StageServiceGrpc.StageServiceImplBase {

    private final LocalStage stage;
    private final Gathering gathering;
    private final AssetStore assets;
    private final PeerDialer dialer;

    StageEndpoint(LocalStage stage, Gathering gathering, AssetStore assets, PeerDialer dialer) {
        this.stage = stage;
        this.gathering = gathering;
        this.assets = assets;
        this.dialer = dialer;
    }

    @Override
    public void join(JoinRequest request, StreamObserver<JoinResponse> responses) {
        answer(responses, () -> gathering.join(request.getWorker()));
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<StageDescription> responses) {
        answer(responses, stage::description);
    }

    @Override
    public void form(FormRequest request, StreamObserver<FormResponse> responses) {
        answer(responses, () -> {
            stage.form(request);
            return FormResponse.getDefaultInstance();
        });
    }

    @Override
    public void dissolve(DissolveRequest request, StreamObserver<DissolveResponse> responses) {
        answer(responses, () -> {
            stage.dissolve(request.getEpoch(), request.getReason());
            return DissolveResponse.getDefaultInstance();
        });
    }

    @Override
    public StreamObserver<Frame> link(StreamObserver<Frame> responses) {
        return new InboundStream(stage, responses);
    }

    @Override
    public StreamObserver<AssetChunk> putAsset(StreamObserver<AssetReceipt> responses) {
        return new AssetReceiver(assets, responses);
    }

    /** Measuring waits for another stage, which may be served by the same threads: it gets one of its own. */
    @Override
    public void measure(MeasureRequest request, StreamObserver<MeasureResponse> responses) {
        Thread.ofVirtual().name("link-measure").start(() -> answer(responses, () -> measure(request)));
    }

    private MeasureResponse measure(MeasureRequest request) throws StatusException, InterruptedException {
        try {
            LinkRate rate = PathProbe.measure(dialer, request.getAddress(), request.getBytes());
            return MeasureResponse.newBuilder()
                    .setBytesPerSecond(rate.bytesPerSecond())
                    .setRoundTripNanos(2 * rate.oneWayNanos())
                    .build();
        } catch (IllegalArgumentException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException();
        }
    }

    @Override
    public StreamObserver<ProbeChunk> probe(StreamObserver<ProbeReceipt> responses) {
        return new ProbeReceiver(responses, System::nanoTime);
    }

    private static <T> void answer(StreamObserver<T> responses, Callable<T> work) {
        T answer;
        try {
            answer = work.call();
        } catch (StatusException e) {
            responses.onError(e);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            responses.onError(
                    Status.UNAVAILABLE.withDescription("the node stops").asException());
            return;
        } catch (Exception e) {
            responses.onError(Status.INTERNAL
                    .withDescription(String.valueOf(e.getMessage()))
                    .withCause(e)
                    .asException());
            return;
        }
        responses.onNext(answer);
        responses.onCompleted();
    }
}
