package dev.molink.stagenode.probe;

import dev.molink.proto.stage.v1.ProbeChunk;
import dev.molink.proto.stage.v1.ProbeReceipt;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A measurement's stream, used by one thread that waits for its receipts. What is sent without a receipt is bounded by
 * the longest train.
 */
final class ProbeCall implements ClientResponseObserver<ProbeChunk, ProbeReceipt>, AutoCloseable {

    /** One receipt is waited for at a time; the end of the stream may come with it. */
    private static final int MAX_WAITING = 2;

    private final BlockingQueue<Answer> answers = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Duration patience;

    /** Set before the stream starts, so before anything else here is called. */
    private volatile @Nullable ClientCallStreamObserver<ProbeChunk> chunks;

    private sealed interface Answer {
        record Receipt(ProbeReceipt receipt) implements Answer {}

        record Ended(Status status) implements Answer {}
    }

    ProbeCall(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ProbeChunk> stream) {
        chunks = stream;
    }

    void send(ProbeChunk chunk) throws StatusException {
        try {
            stream().onNext(chunk);
        } catch (IllegalStateException e) {
            throw Status.UNAVAILABLE
                    .withDescription("the measuring stream is over")
                    .withCause(e)
                    .asException();
        }
    }

    ProbeReceipt receipt() throws StatusException, InterruptedException {
        Answer answer = answers.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        return switch (answer) {
            case null ->
                throw Status.DEADLINE_EXCEEDED
                        .withDescription("no receipt came within %d s".formatted(patience.toSeconds()))
                        .asException();
            case Answer.Receipt(ProbeReceipt receipt) -> receipt;
            case Answer.Ended(Status status) -> throw status.asException();
        };
    }

    private ClientCallStreamObserver<ProbeChunk> stream() {
        return Objects.requireNonNull(chunks, "the measuring stream was not started");
    }

    @Override
    public void onNext(ProbeReceipt receipt) {
        put(new Answer.Receipt(receipt));
    }

    @Override
    public void onError(Throwable failure) {
        put(new Answer.Ended(Status.fromThrowable(failure)));
    }

    @Override
    public void onCompleted() {
        put(new Answer.Ended(Status.UNAVAILABLE.withDescription("the other stage ended the measurement")));
    }

    /** Only a stage that answers what was not asked finds no room; its measurement ends by its deadline. */
    private void put(Answer answer) {
        if (!answers.offer(answer)) {
            stream().cancel("answers came that nobody waits for", null);
        }
    }

    @Override
    public void close() {
        if (chunks != null) {
            stream().cancel("the measurement is over", null);
        }
    }
}
