package dev.molink.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkRelayTests {

    private static final LinkShape FAST = new LinkShape(1e9, Duration.ofMillis(1));

    @Test
    void carriesEveryByteBothWaysAndTheEnd() throws Exception {
        byte[] sent = new byte[300_001];
        new Random(7).nextBytes(sent);
        try (ServerSocket echo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                LinkRelay relay = relayTo(echo)) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> echoOnce(echo));

            byte[] back = exchange(relay.port(), sent);

            assertThat(back).isEqualTo(sent);
            answered.get(20, TimeUnit.SECONDS);
            assertThat(relay.forwardedBytes()).isEqualTo(sent.length);
            assertThat(relay.returnedBytes()).isEqualTo(sent.length);
        }
    }

    @Test
    void endsConnectionsThatFindNoTarget() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (LinkRelay relay = LinkRelay.start(0, nobody, FAST, FAST);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
            assertThat(readOrReset(socket)).isEqualTo(-1);
        }
    }

    private static LinkRelay relayTo(ServerSocket server) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
        return LinkRelay.start(0, target, FAST, FAST);
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

    private static void echoOnce(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int readOrReset(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException reset) {
            return -1;
        }
    }
}
