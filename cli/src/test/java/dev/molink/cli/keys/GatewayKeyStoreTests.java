package dev.molink.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.molink.cli.deployment.ManagementClient;
import dev.molink.cli.keys.KeyStore.Row;
import dev.molink.controlplane.keys.IpRange;
import dev.molink.controlplane.keys.KeyScope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayKeyStoreTests {

    private static final String KEYS = """
            {"keys": [
              {"keyId": "key_1", "organizationId": "org_1", "projectId": "proj_1", "projectName": "default", "name": "crm",
               "redacted": "sk-a…b", "models": ["molink-demo"], "endpoints": ["/v1/models"], "ipRanges": ["10.0.0.0/8"],
               "createdAt": "2026-03-01T12:00:00Z", "expiresAt": "2026-05-30T12:00:00Z", "revokedAt": null,
               "lastUsedAt": null}]}
            """;

    @TempDir
    Path data;

    @Test
    void readsTheBoundsOfAKey() throws Exception {
        Files.writeString(data.resolve("management-token"), "token");
        HttpServer gateway = gateway(KEYS);
        try (KeyStore keys =
                new GatewayKeyStore(new ManagementClient(gateway.getAddress().getPort(), data))) {

            assertThat(keys.list())
                    .containsExactly(new Row(
                            "key_1",
                            "default",
                            "crm",
                            "sk-a…b",
                            new KeyScope(
                                    List.of("molink-demo"), List.of("/v1/models"), List.of(IpRange.of("10.0.0.0/8"))),
                            Instant.parse("2026-03-01T12:00:00Z"),
                            Instant.parse("2026-05-30T12:00:00Z"),
                            null));
        } finally {
            gateway.stop(0);
        }
    }

    private static HttpServer gateway(String answer) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        server.createContext("/actuator/keys", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}
