package dev.molink.gateway.nodes;

import dev.molink.gateway.text.TextAssetStore;
import dev.molink.proto.node.v1.TextAssetChunk;
import dev.molink.proto.node.v1.TextAssetReceipt;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One upload of a text asset; bounded in size. gRPC calls it from one thread at a time. */
final class TextUpload implements StreamObserver<TextAssetChunk> {

    private static final Logger LOG = LoggerFactory.getLogger(TextUpload.class);
    private static final int MAX_BYTES = 256 * 1024 * 1024;

    private final TextAssetStore store;
    private final StreamObserver<TextAssetReceipt> answer;
    private final Runnable stored;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private String sha256 = "";
    private boolean over;

    TextUpload(TextAssetStore store, StreamObserver<TextAssetReceipt> answer, Runnable stored) {
        this.store = store;
        this.answer = answer;
        this.stored = stored;
    }

    @Override
    public void onNext(TextAssetChunk chunk) {
        if (over) {
            return;
        }
        if (sha256.isEmpty()) {
            sha256 = chunk.getSha256();
        }
        if (bytes.size() + (long) chunk.getData().size() > MAX_BYTES) {
            refuse("the text asset is larger than %d bytes".formatted(MAX_BYTES));
            return;
        }
        bytes.writeBytes(chunk.getData().toByteArray());
    }

    @Override
    public void onError(Throwable failure) {
        over = true;
        LOG.info("the upload of text {} broke off: {}", sha256, Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        if (over) {
            return;
        }
        try {
            store.put(sha256, bytes.toByteArray());
        } catch (IllegalArgumentException unusable) {
            refuse(unusable.getMessage() == null ? "the text asset cannot be used" : unusable.getMessage());
            return;
        } catch (IOException unwritable) {
            over = true;
            LOG.error("cannot store the text asset {}", sha256, unwritable);
            answer.onError(Status.INTERNAL
                    .withDescription("the gateway cannot store the text asset")
                    .asRuntimeException());
            return;
        }
        over = true;
        LOG.info("stored text {} ({} bytes)", sha256, bytes.size());
        stored.run();
        answer.onNext(TextAssetReceipt.getDefaultInstance());
        answer.onCompleted();
    }

    private void refuse(String reason) {
        over = true;
        LOG.warn("refused a text asset: {}", reason);
        answer.onError(Status.INVALID_ARGUMENT.withDescription(reason).asRuntimeException());
    }
}
