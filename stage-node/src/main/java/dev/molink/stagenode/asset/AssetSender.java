package dev.molink.stagenode.asset;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.stage.v1.AssetChunk;
import dev.molink.proto.stage.v1.AssetKind;
import dev.molink.proto.stage.v1.AssetReceipt;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.link.PeerDialer;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The head's side of an asset's way to the sampling stage, which may be the head's own. */
public final class AssetSender {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PeerDialer dialer;
    private final String ownAddress;
    private final AssetStore own;

    /**
     * @param ownAddress HOST:PORT of this process's stage, whose {@code own} store takes assets without any call
     */
    public AssetSender(PeerDialer dialer, String ownAddress, AssetStore own) {
        this.dialer = dialer;
        this.ownAddress = ownAddress;
        this.own = own;
    }

    /** The hash by which a plan names an asset of these bytes. */
    public static String hash(byte[] bytes) {
        return Asset.hash(bytes);
    }

    /**
     * Gives an asset to the stage at {@code address}; where it is there already, its bytes hardly travel.
     *
     * @return completes when the stage has it; fails with a {@link io.grpc.StatusRuntimeException} or, for the own
     *     stage, with {@link AssetRefusedException} when it does not take it
     * @throws IllegalArgumentException if {@code address} is not HOST:PORT
     */
    public CompletableFuture<Void> send(String address, AssetKind kind, byte[] bytes) {
        if (address.equals(ownAddress)) {
            return keep(kind, bytes);
        }
        ManagedChannel channel = dialer.dial(address);
        return send(channel, kind, bytes).whenComplete((_, _) -> channel.shutdown());
    }

    private CompletableFuture<Void> keep(AssetKind kind, byte[] bytes) {
        try {
            own.put(Asset.of(kind, bytes), bytes);
            return CompletableFuture.completedFuture(null);
        } catch (AssetRefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    static CompletableFuture<Void> send(Channel channel, AssetKind kind, byte[] bytes) {
        Transfer transfer = new Transfer(Asset.of(kind, bytes), bytes.clone());
        StageServiceGrpc.newStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .putAsset(transfer);
        return transfer.received;
    }

    /** Writes chunks while the connection takes them, on the transport's threads. */
    private static final class Transfer implements ClientResponseObserver<AssetChunk, AssetReceipt> {

        private final CompletableFuture<Void> received = new CompletableFuture<>();
        private final Asset asset;
        private final byte[] bytes;

        // Owned by the transport, which calls one at a time.
        private int sentBytes;
        private boolean begun;
        private boolean completed;

        Transfer(Asset asset, byte[] bytes) {
            this.asset = asset;
            this.bytes = bytes;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<AssetChunk> stream) {
            stream.setOnReadyHandler(() -> write(stream));
        }

        private void write(ClientCallStreamObserver<AssetChunk> stream) {
            while (!completed && !received.isDone() && stream.isReady()) {
                if (begun && sentBytes == bytes.length) {
                    completed = true;
                    stream.onCompleted();
                } else {
                    stream.onNext(nextChunk());
                }
            }
        }

        private AssetChunk nextChunk() {
            int length = Math.min(AssetReceiver.MAX_CHUNK_BYTES, bytes.length - sentBytes);
            ByteString data = UnsafeByteOperations.unsafeWrap(bytes, sentBytes, length);
            sentBytes += length;
            AssetChunk.Builder chunk = AssetChunk.newBuilder().setData(data);
            if (!begun) {
                begun = true;
                chunk.setKind(asset.kind()).setSha256(asset.sha256());
            }
            return chunk.build();
        }

        /** The receipt, which may come before all bytes went out. */
        @Override
        public void onNext(AssetReceipt receipt) {
            received.complete(null);
        }

        @Override
        public void onError(Throwable failure) {
            received.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            received.completeExceptionally(
                    new IllegalStateException("the stage ended the transfer of %s without a receipt".formatted(asset)));
        }
    }
}
