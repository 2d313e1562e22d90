package dev.molink.stagenode.asset;

import dev.molink.proto.stage.v1.AssetChunk;
import dev.molink.proto.stage.v1.AssetReceipt;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One asset that comes in: its first chunk says what it is. One that is there already is received at once, without the
 * rest of its bytes. Called by the transport, one call at a time.
 */
public final class AssetReceiver implements StreamObserver<AssetChunk> {

    /** Bytes of one chunk. */
    static final int MAX_CHUNK_BYTES = 256 << 10;

    private final AssetStore store;
    private final StreamObserver<AssetReceipt> responses;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private @Nullable Asset asset;
    private boolean over;

    public AssetReceiver(AssetStore store, StreamObserver<AssetReceipt> responses) {
        this.store = store;
        this.responses = responses;
    }

    @Override
    public void onNext(AssetChunk chunk) {
        if (over) {
            return;
        }
        try {
            take(chunk);
        } catch (AssetRefusedException e) {
            refuse(e.status());
        }
    }

    private void take(AssetChunk chunk) throws AssetRefusedException {
        Asset current = asset;
        if (current == null) {
            current = new Asset(chunk.getKind(), chunk.getSha256());
            asset = current;
            if (store.holds(current)) {
                received();
                return;
            }
        }
        if (chunk.getData().size() > MAX_CHUNK_BYTES) {
            throw AssetRefusedException.wrong("%s came with a chunk of %d bytes; at most %d are allowed"
                    .formatted(current, chunk.getData().size(), MAX_CHUNK_BYTES));
        }
        store.check(current, (long) bytes.size() + chunk.getData().size());
        bytes.writeBytes(chunk.getData().toByteArray());
    }

    @Override
    public void onCompleted() {
        if (over) {
            return;
        }
        Asset complete = asset;
        if (complete == null) {
            refuse(Status.INVALID_ARGUMENT.withDescription("no chunk of an asset came"));
            return;
        }
        try {
            store.put(complete, bytes.toByteArray());
            received();
        } catch (AssetRefusedException e) {
            refuse(e.status());
        }
    }

    private void received() {
        over = true;
        bytes.reset();
        responses.onNext(AssetReceipt.getDefaultInstance());
        responses.onCompleted();
    }

    private void refuse(Status status) {
        over = true;
        bytes.reset();
        responses.onError(status.asException());
    }

    /** The sender gave up. */
    @Override
    public void onError(Throwable failure) {
        over = true;
        bytes.reset();
    }
}
