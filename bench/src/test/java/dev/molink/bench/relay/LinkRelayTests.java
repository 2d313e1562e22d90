package dev.molink.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molink.bench.relay.LinkRelay.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkRelayTests {

    private static final LinkShape FAST = new LinkShape(1e9, Duration.ofMillis(1));
    private static final LinkShape SHAKY =
            LinkShape.parse("rate=200mbit,delay=2ms,jitter=2ms,seed=5,burst=8k,stall=5ms/40ms");

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket();
        server.setReceiveBufferSize(4096);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stopListening() throws IOException {
        server.close();
    }

    @Test
    void carriesEveryByteBothWaysAndTheEnd() throws Exception {
        byte[] sent = new byte[300_001];
        new Random(7).nextBytes(sent);
        try (LinkRelay relay = relay(FAST)) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(this::echoOnce);

            byte[] back = exchange(relay.port(), sent);

            assertThat(back).isEqualTo(sent);
            answered.get(20, TimeUnit.SECONDS);
            assertThat(relay.forwardedBytes()).isEqualTo(sent.length);
            assertThat(relay.returnedBytes()).isEqualTo(sent.length);
        }
    }

    @Test
    void keepsTheOrderWhateverTheJitter() throws Exception {
        byte[] sent = new byte[2_000_003];
        new Random(8).nextBytes(sent);
        try (LinkRelay relay = relay(SHAKY)) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(this::echoOnce);

            assertThat(exchange(relay.port(), sent)).isEqualTo(sent);
            answered.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void endsConnectionsThatFindNoTarget() throws Exception {
        server.close();
        try (LinkRelay relay = relay(FAST);
                Socket socket = caller(relay)) {
            assertThat(readOrReset(socket)).isEqualTo(-1);
        }
    }

    @Test
    void sharesADirectionEquallyAmongBusyConnections() throws Exception {
        try (LinkRelay relay = relay(new LinkShape(5e6, Duration.ofMillis(5)));
                Socket firstCaller = caller(relay);
                Socket first = server.accept();
                Socket secondCaller = caller(relay);
                Socket second = server.accept()) {
            keepSending(firstCaller, 64 * 1024);
            keepSending(secondCaller, 3000);
            first.getInputStream().readNBytes(100_000); // both are busy from here on
            CompletableFuture<Long> ofSecond =
                    CompletableFuture.supplyAsync(() -> bytesUntil(second, relay, 2_500_000));
            long ofFirst = bytesUntil(first, relay, 2_500_000);

            assertThat(ofFirst / (double) (ofFirst + ofSecond.get())).isCloseTo(0.5, within(0.05));
        }
    }

    @Test
    void letsNothingDepartWhileADirectionStalls() throws Exception {
        try (LinkRelay relay = relay(FAST);
                Socket caller = caller(relay);
                Socket called = server.accept()) {
            caller.getOutputStream().write(1);
            called.getInputStream().read();
            long start = System.nanoTime();
            relay.stall(Direction.FORWARD, Duration.ofMillis(300));

            caller.getOutputStream().write(1);

            assertThat(called.getInputStream().read()).isEqualTo(1);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000);
        }
    }

    @Test
    void resetsConnectionsWhenItIsCutAndTakesNewOnesAfterwards() throws Exception {
        try (LinkRelay relay = relay(FAST);
                Socket caller = caller(relay);
                Socket called = server.accept()) {
            long start = System.nanoTime();

            relay.cut(Duration.ofMillis(400));

            assertThat(readOrReset(caller)).isEqualTo(-1);
            assertThat(readOrReset(called)).isEqualTo(-1);
            CompletableFuture<Void> answered = CompletableFuture.runAsync(this::echoOnce);
            while (!answered.isDone()) {
                tryToEcho(relay);
            }
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(400_000_000);
        }
    }

    @Test
    void cutsItselfByItsSchedule() throws Exception {
        try (LinkRelay relay = relay(FAST.withCut(new Outages(Duration.ofMillis(10), Duration.ofMillis(200))));
                Socket caller = caller(relay);
                Socket _ = server.accept()) {
            assertThat(readOrReset(caller)).isEqualTo(-1);
        }
    }

    @Test
    void holdsNoMoreThanTheLinkDoesForAReceiverThatDoesNotRead() throws Exception {
        LinkShape slow = LinkShape.parse("rate=20mbit,delay=15ms");
        try (LinkRelay relay = relay(slow);
                SocketChannel caller = SocketChannel.open(); ) {
            caller.socket().setSendBufferSize(4096);
            caller.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.port()));
            try (Socket _ = server.accept()) {
                caller.configureBlocking(false);

                // 37.5 KB are under way at most; the rest is what four socket buffers take.
                assertThat(writeUntilRefused(caller)).isBetween(37_500L, 256 * 1024L);
            }
        }
    }

    private LinkRelay relay(LinkShape shape) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
        return LinkRelay.start(0, target, shape, shape);
    }

    private static Socket caller(LinkRelay relay) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), relay.port());
    }

    private static byte[] exchange(int port, byte[] bytes) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> readAll(socket));
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            return read.get(30, TimeUnit.SECONDS);
        }
    }

    private static byte[] readAll(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void echoOnce() {
        try (Socket socket = server.accept()) {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Leaves the echo one connection that carries bytes and their end, if the relay takes one. */
    private static void tryToEcho(LinkRelay relay) {
        try (Socket socket = caller(relay)) {
            socket.getOutputStream().write(1);
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException refused) {
            assertThat(refused).hasMessageMatching("(?i).*(reset|broken pipe|aborted).*");
        }
    }

    private static void keepSending(Socket socket, int chunk) {
        Thread.ofVirtual().start(() -> {
            byte[] bytes = new byte[chunk];
            try {
                while (true) {
                    socket.getOutputStream().write(bytes);
                }
            } catch (IOException over) {
                // The test has closed the socket.
            }
        });
    }

    /** Bytes that a socket gets until the relay has forwarded {@code total}. */
    private static long bytesUntil(Socket socket, LinkRelay relay, long total) {
        byte[] bytes = new byte[4096];
        long count = 0;
        try {
            while (relay.forwardedBytes() < total) {
                count += socket.getInputStream().read(bytes);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return count;
    }

    private static long writeUntilRefused(SocketChannel channel) throws IOException, InterruptedException {
        ByteBuffer chunk = ByteBuffer.allocate(4096);
        long written = 0;
        for (int refusals = 0; refusals < 100; refusals++) {
            int now = channel.write(chunk.clear());
            written += now;
            if (now > 0) {
                refusals = 0;
            }
            TimeUnit.MILLISECONDS.sleep(now > 0 ? 0 : 5);
        }
        return written;
    }

    private static int readOrReset(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException reset) {
            return -1;
        }
    }
}
