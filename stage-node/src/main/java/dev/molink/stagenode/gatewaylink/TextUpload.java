package dev.molink.stagenode.gatewaylink;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.molink.proto.node.v1.NodeServiceGrpc;
import dev.molink.proto.node.v1.TextAssetChunk;
import dev.molink.proto.node.v1.TextAssetReceipt;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends a model's text to a gateway that does not have it, in chunks, as fast as the connection takes them. */
final class TextUpload implements ClientResponseObserver<TextAssetChunk, TextAssetReceipt> {

    private static final int CHUNK_BYTES = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String sha256;
    private final byte[] bytes;
    private final CompletableFuture<Void> received = new CompletableFuture<>();

    // Owned by the stream's callbacks.
    private int offset;
    private boolean ended;

    private TextUpload(String sha256, byte[] bytes) {
        this.sha256 = sha256;
        this.bytes = bytes;
    }

    /** The future completes when the gateway has all of it and found the hash right. */
    static CompletableFuture<Void> start(Channel channel, String sha256, byte[] bytes) {
        TextUpload upload = new TextUpload(sha256, bytes);
        NodeServiceGrpc.newStub(channel)
                .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .uploadText(upload);
        return upload.received;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<TextAssetChunk> requests) {
        requests.setOnReadyHandler(() -> send(requests));
    }

    private void send(ClientCallStreamObserver<TextAssetChunk> requests) {
        while (requests.isReady() && !ended) {
            requests.onNext(next());
            if (offset == bytes.length) {
                ended = true;
                requests.onCompleted();
            }
        }
    }

    private TextAssetChunk next() {
        int length = Math.min(CHUNK_BYTES, bytes.length - offset);
        ByteString data = UnsafeByteOperations.unsafeWrap(bytes, offset, length);
        TextAssetChunk.Builder chunk = TextAssetChunk.newBuilder().setData(data);
        if (offset == 0) {
            chunk.setSha256(sha256);
        }
        offset += length;
        return chunk.build();
    }

    @Override
    public void onNext(TextAssetReceipt receipt) {
        received.complete(null);
    }

    @Override
    public void onError(Throwable failure) {
        received.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
        received.completeExceptionally(
                Status.INTERNAL.withDescription("the gateway sent no receipt").asException());
    }
}
