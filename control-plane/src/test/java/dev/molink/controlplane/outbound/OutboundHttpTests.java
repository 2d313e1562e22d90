package dev.molink.controlplane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.molink.controlplane.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundHttpTests {

    private static final OutboundHttp STRICT = new OutboundHttp(new OutboundSettings(List.of()));
    private static final OutboundHttp LOOPBACK = new OutboundHttp(new OutboundSettings(List.of("127.0.0.0/8")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://localhost/",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://169.254.169.254/latest/meta-data/",
                "https://10.0.0.1/",
                "https://172.16.0.1/",
                "https://192.168.1.1/",
                "https://100.64.0.1/",
                "https://0.0.0.0/",
                "https://224.0.0.1/",
                "https://[fe80::1]/",
                "https://[fd00::1]/",
                "https://[64:ff9b::7f00:1]/"
            })
    void neverAsksAnAddressThatIsNotPublic(String url) {
        assertThatThrownBy(() -> STRICT.post(url, "{}", Map.of()))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("has no public address");
    }

    /** 127.0.0.1 as one number: whatever the platform makes of it, nothing is asked. */
    @ParameterizedTest
    @ValueSource(strings = {"https://2130706433/", "https://0x7f000001/", "https://017700000001/", "https://127.1/"})
    void neverAsksAnAddressInDisguise(String url) {
        assertThatThrownBy(() -> STRICT.post(url, "{}", Map.of()))
                .isInstanceOfAny(IOException.class, RefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/",
                "ftp://example.com/",
                "file:///etc/passwd",
                "https:///path",
                "https://user:secret@example.com/",
                "https://example.com/#x",
                "example.com",
                "https://exa mple.com/"
            })
    void refusesWhatIsNoAddressOfTheWeb(String url) {
        assertThatThrownBy(() -> STRICT.require(url))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("'url' ");
    }

    @Test
    void asksWhatTheOperatorAllowedAndFollowsNoRedirection() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.getResponseHeaders()
                    .add(
                            "Location",
                            "http://127.0.0.1:%d/again"
                                    .formatted(server.getAddress().getPort()));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
        try {
            int status = LOOPBACK.post(
                    "http://127.0.0.1:%d/".formatted(server.getAddress().getPort()), "{}", Map.of("x-test", "1"));

            assertThat(status).isEqualTo(302);
            assertThat(asked).hasValue(1);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void namesTheSettingThatIsWrong() {
        assertThatThrownBy(() -> new OutboundSettings(List.of("10.0.0.0/33")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("molink.outbound.allowed: ");
    }
}
