package dev.molink.stagenode.probe;

import dev.molink.proto.stage.v1.ProbeChunk;
import dev.molink.proto.stage.v1.ProbeReceipt;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.LongSupplier;

/** The asked end of a measurement: says when the chunks of each train came. Called by the transport, one call at a time. */
public final class ProbeReceiver implements StreamObserver<ProbeChunk> {

    /** Bytes of one chunk. */
    static final int MAX_CHUNK_BYTES = 64 << 10;

    private final StreamObserver<ProbeReceipt> receipts;
    private final LongSupplier nanoClock;
    private boolean trainBegun;
    private long firstNanos;
    private long bytesAfterFirst;
    private boolean over;

    /** @param nanoClock of an unknown beginning */
    public ProbeReceiver(StreamObserver<ProbeReceipt> receipts, LongSupplier nanoClock) {
        this.receipts = receipts;
        this.nanoClock = nanoClock;
    }

    @Override
    public void onNext(ProbeChunk chunk) {
        long now = nanoClock.getAsLong();
        if (over) {
            return;
        }
        take(chunk.getData().size(), now);
        if (chunk.getData().size() > MAX_CHUNK_BYTES) {
            refuse("a chunk of %d bytes came; at most %d are allowed"
                    .formatted(chunk.getData().size(), MAX_CHUNK_BYTES));
        } else if (bytesAfterFirst > PathProbe.MAX_TRAIN_BYTES) {
            refuse("a train is longer than %d bytes".formatted(PathProbe.MAX_TRAIN_BYTES));
        } else if (chunk.getLast()) {
            answer(now);
        }
    }

    private void take(int bytes, long now) {
        if (trainBegun) {
            bytesAfterFirst += bytes;
        } else {
            trainBegun = true;
            firstNanos = now;
            bytesAfterFirst = 0;
        }
    }

    private void answer(long now) {
        trainBegun = false;
        receipts.onNext(ProbeReceipt.newBuilder()
                .setBytesAfterFirst(bytesAfterFirst)
                .setFirstArrivalNanos(firstNanos)
                .setLastArrivalNanos(now)
                .build());
    }

    private void refuse(String why) {
        over = true;
        receipts.onError(Status.INVALID_ARGUMENT.withDescription(why).asException());
    }

    @Override
    public void onCompleted() {
        if (!over) {
            over = true;
            receipts.onCompleted();
        }
    }

    /** The asking end gave up. */
    @Override
    public void onError(Throwable failure) {
        over = true;
    }
}
