package dev.molink.stagenode.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.AssetChunk;
import dev.molink.proto.stage.v1.AssetKind;
import dev.molink.proto.stage.v1.AssetReceipt;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.security.ClusterSecret;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AssetTests {

    private static final AssetKind GRAMMAR = AssetKind.ASSET_KIND_GRAMMAR;
    private static final AssetKind VOCABULARY = AssetKind.ASSET_KIND_VOCABULARY;

    @Nested
    class Store {

        private final AssetStore store = new AssetStore(3, 100);

        @Test
        void findsWhatItWasGivenByKindAndHash() throws Exception {
            byte[] bytes = bytes("a grammar");

            put(GRAMMAR, bytes);

            assertThat(store.find(GRAMMAR, AssetSender.hash(bytes))).contains(bytes);
            assertThat(store.find(VOCABULARY, AssetSender.hash(bytes))).isEmpty();
            assertThat(store.find(GRAMMAR, AssetSender.hash(bytes("another")))).isEmpty();
        }

        @Test
        void refusesBytesThatDoNotHaveTheHash() {
            Asset asset = Asset.of(GRAMMAR, bytes("a grammar"));

            assertThatExceptionOfType(AssetRefusedException.class)
                    .isThrownBy(() -> store.put(asset, bytes("something else")))
                    .withMessage(
                            "%s: the 14 bytes that came have the hash %s",
                            asset, AssetSender.hash(bytes("something else")));
        }

        @Test
        void refusesWhatIsLargerThanItself() {
            byte[] large = new byte[101];

            assertThatExceptionOfType(AssetRefusedException.class)
                    .isThrownBy(() -> put(GRAMMAR, large))
                    .withMessageContaining("has 101 bytes or more; this stage keeps at most 100")
                    .satisfies(refused ->
                            assertThat(refused.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        }

        @Test
        void dropsWhatWasNotUsedForLongestWhenThereAreTooMany() throws Exception {
            put(GRAMMAR, bytes("1"));
            put(GRAMMAR, bytes("2"));
            put(GRAMMAR, bytes("3"));
            store.find(GRAMMAR, AssetSender.hash(bytes("1")));

            put(GRAMMAR, bytes("4"));

            assertThat(holds("1")).isTrue();
            assertThat(holds("2")).isFalse();
            assertThat(holds("3")).isTrue();
            assertThat(holds("4")).isTrue();
        }

        @Test
        void dropsAsManyAsTheBytesNeed() throws Exception {
            put(GRAMMAR, bytes("1".repeat(40)));
            put(GRAMMAR, bytes("2".repeat(40)));

            put(GRAMMAR, bytes("3".repeat(90)));

            assertThat(holds("1".repeat(40))).isFalse();
            assertThat(holds("2".repeat(40))).isFalse();
            assertThat(holds("3".repeat(90))).isTrue();
        }

        private boolean holds(String text) {
            return store.holds(Asset.of(GRAMMAR, bytes(text)));
        }

        private void put(AssetKind kind, byte[] bytes) throws AssetRefusedException {
            store.put(Asset.of(kind, bytes), bytes);
        }
    }

    /** Head and stage over a real connection. */
    @Nested
    class Transfer {

        private static final int MAX_BYTES = 4 << 20;

        private final AssetStore own = new AssetStore();
        private final AssetStore remote = new AssetStore(10, MAX_BYTES);
        private final AtomicLong receivedBytes = new AtomicLong();
        private final ExecutorService executor = Executors.newCachedThreadPool();
        private final PeerDialer dialer = new PeerDialer(ClusterSecret.of("secret-of-the-tests"), executor);
        private Server server;
        private String address;
        private AssetSender sender;

        @BeforeEach
        void serve() throws Exception {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .addService(new StageServiceGrpc.StageServiceImplBase() {
                        @Override
                        public StreamObserver<AssetChunk> putAsset(StreamObserver<AssetReceipt> responses) {
                            return counting(new AssetReceiver(remote, responses));
                        }
                    })
                    .executor(executor)
                    .build()
                    .start();
            address = "127.0.0.1:" + server.getPort();
            sender = new AssetSender(dialer, "127.0.0.1:1", own);
        }

        @AfterEach
        void stop() {
            server.shutdownNow();
            executor.shutdownNow();
        }

        @Test
        void bringsAnAssetOfManyChunks() throws Exception {
            byte[] bytes = new byte[3_000_001];
            new Random(8).nextBytes(bytes);

            await(sender.send(address, VOCABULARY, bytes));

            assertThat(remote.find(VOCABULARY, AssetSender.hash(bytes))).contains(bytes);
        }

        @Test
        void bringsAnEmptyAsset() throws Exception {
            await(sender.send(address, GRAMMAR, new byte[0]));

            assertThat(remote.find(GRAMMAR, AssetSender.hash(new byte[0]))).contains(new byte[0]);
        }

        @Test
        void acceptsWhatItHoldsAlready() throws Exception {
            byte[] bytes = new byte[MAX_BYTES];
            await(sender.send(address, GRAMMAR, bytes));

            await(sender.send(address, GRAMMAR, bytes));

            assertThat(remote.find(GRAMMAR, AssetSender.hash(bytes))).isPresent();
        }

        @Test
        void refusesWhatIsTooLargeBeforeAllOfItCame() {
            byte[] bytes = new byte[40 << 20];

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> await(sender.send(address, GRAMMAR, bytes)))
                    .withMessageContaining("RESOURCE_EXHAUSTED")
                    .withMessageContaining("this stage keeps at most " + MAX_BYTES);
            assertThat(receivedBytes.get()).isLessThan(bytes.length);
        }

        @Test
        void refusesBytesThatDoNotHaveTheirHash() {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> await(sendRaw(GRAMMAR, AssetSender.hash(bytes("a")), bytes("b"))))
                    .withMessageContaining("INVALID_ARGUMENT")
                    .withMessageContaining("have the hash");
        }

        @Test
        void refusesAKindThatItDoesNotKnow() {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() ->
                            await(sendRaw(AssetKind.ASSET_KIND_UNSPECIFIED, AssetSender.hash(bytes("a")), bytes("a"))))
                    .withMessageContaining("INVALID_ARGUMENT");
        }

        @Test
        void keepsItWithoutACallWhereTheStageIsItsOwn() throws Exception {
            byte[] bytes = bytes("a grammar");
            long calls = dialer.calls().started();

            await(sender.send("127.0.0.1:1", GRAMMAR, bytes));

            assertThat(own.find(GRAMMAR, AssetSender.hash(bytes))).contains(bytes);
            assertThat(dialer.calls().started()).isEqualTo(calls);
        }

        private CompletableFuture<Void> sendRaw(AssetKind kind, String hash, byte[] bytes) {
            ManagedChannel channel = dialer.dial(address);
            CompletableFuture<Void> received = new CompletableFuture<>();
            StreamObserver<AssetChunk> chunks = StageServiceGrpc.newStub(channel)
                    .putAsset(new StreamObserver<>() {
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
                            received.complete(null);
                        }
                    });
            chunks.onNext(AssetChunk.newBuilder()
                    .setKind(kind)
                    .setSha256(hash)
                    .setData(ByteString.copyFrom(bytes))
                    .build());
            chunks.onCompleted();
            return received.whenComplete((_, _) -> channel.shutdown());
        }

        private void await(CompletableFuture<Void> sent) throws Exception {
            sent.get(20, TimeUnit.SECONDS);
        }

        private StreamObserver<AssetChunk> counting(StreamObserver<AssetChunk> receiver) {
            return new StreamObserver<>() {
                @Override
                public void onNext(AssetChunk chunk) {
                    receivedBytes.addAndGet(chunk.getData().size());
                    receiver.onNext(chunk);
                }

                @Override
                public void onError(Throwable failure) {
                    receiver.onError(failure);
                }

                @Override
                public void onCompleted() {
                    receiver.onCompleted();
                }
            };
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
