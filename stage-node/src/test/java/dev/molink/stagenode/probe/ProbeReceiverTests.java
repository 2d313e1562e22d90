package dev.molink.stagenode.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.ProbeChunk;
import dev.molink.proto.stage.v1.ProbeReceipt;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeReceiverTests {

    private final Receipts receipts = new Receipts();
    private long nanos = -500;
    private final ProbeReceiver receiver = new ProbeReceiver(receipts, () -> nanos);

    @Test
    void answersAnEmptyChunkAtOnce() {
        receiver.onNext(chunk(0, true));

        assertThat(receipts.all).containsExactly(receipt(0, -500, -500));
    }

    @Test
    void tellsWhenATrainBeganAndEndedAndWhatCameBetween() {
        receiver.onNext(chunk(1000, false));
        nanos = -100;
        receiver.onNext(chunk(700, false));
        nanos = 900;
        receiver.onNext(chunk(30, true));

        assertThat(receipts.all).containsExactly(receipt(730, -500, 900));
    }

    @Test
    void beginsANewTrainBehindALastChunk() {
        receiver.onNext(chunk(1000, false));
        receiver.onNext(chunk(1000, true));
        nanos = 20;
        receiver.onNext(chunk(5, false));
        nanos = 30;
        receiver.onNext(chunk(6, true));

        assertThat(receipts.all).last().isEqualTo(receipt(6, 20, 30));
    }

    @Test
    void takesTheLongestTrain() {
        receiver.onNext(chunk(1, false));
        int chunks = PathProbe.MAX_TRAIN_BYTES / ProbeReceiver.MAX_CHUNK_BYTES;
        for (int i = 1; i <= chunks; i++) {
            receiver.onNext(chunk(ProbeReceiver.MAX_CHUNK_BYTES, i == chunks));
        }

        assertThat(receipts.all).containsExactly(receipt(PathProbe.MAX_TRAIN_BYTES, -500, -500));
    }

    @Test
    void refusesATrainThatIsLonger() {
        for (int i = 0; i <= PathProbe.MAX_TRAIN_BYTES / ProbeReceiver.MAX_CHUNK_BYTES; i++) {
            receiver.onNext(chunk(ProbeReceiver.MAX_CHUNK_BYTES, false));
        }
        assertThat(receipts.refusal).isEqualTo(Status.OK);

        receiver.onNext(chunk(1, false));
        receiver.onNext(chunk(0, true));

        assertThat(receipts.refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(receipts.refusal.getDescription()).isEqualTo("a train is longer than 4194304 bytes");
        assertThat(receipts.all).isEmpty();
    }

    @Test
    void refusesAChunkThatIsTooLong() {
        receiver.onNext(chunk(65_537, true));

        assertThat(receipts.refusal.getDescription())
                .isEqualTo("a chunk of 65537 bytes came; at most 65536 are allowed");
    }

    @Test
    void endsWithItsCaller() {
        receiver.onCompleted();

        assertThat(receipts.completed).isTrue();
    }

    private static ProbeChunk chunk(int bytes, boolean last) {
        return ProbeChunk.newBuilder()
                .setData(ByteString.copyFrom(new byte[bytes]))
                .setLast(last)
                .build();
    }

    private static ProbeReceipt receipt(long bytes, long first, long last) {
        return ProbeReceipt.newBuilder()
                .setBytesAfterFirst(bytes)
                .setFirstArrivalNanos(first)
                .setLastArrivalNanos(last)
                .build();
    }

    private static final class Receipts implements StreamObserver<ProbeReceipt> {

        private final List<ProbeReceipt> all = new ArrayList<>();
        private Status refusal = Status.OK;
        private boolean completed;

        @Override
        public void onNext(ProbeReceipt receipt) {
            all.add(receipt);
        }

        @Override
        public void onError(Throwable failure) {
            refusal = Status.fromThrowable(failure);
        }

        @Override
        public void onCompleted() {
            completed = true;
        }
    }
}
