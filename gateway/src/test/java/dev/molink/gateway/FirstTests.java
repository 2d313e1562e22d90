package dev.molink.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.*;
import java.net.URI;
import java.net.http.*;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try")
class FirstTests {
    @TempDir Path folder;

    @Test
    void answers() throws Exception {
        long t = System.nanoTime();
        try (TestGateway gateway = TestGateway.start(folder)) {
            System.out.println("START " + (System.nanoTime() - t) / 1e9);
            try (ScriptedNode node = gateway.node(a -> { a.say(0, "Hello there").stop(0); a.report(); })) {
            HttpClient client = HttpClient.newHttpClient();
            for (String body : new String[] {"{\"model\":\"molink-demo\",\"prompt\":\"Hi\"}", "{\"model\":\"molink-demo\",\"prompt\":\"Hi\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}", "[]", "{\"model\":\"x\"}"}) {
                HttpResponse<String> r = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/v1/completions")).header("Authorization", "Bearer test-key").header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
                System.out.println(r.statusCode() + " " + r.headers().map() + "\n" + r.body());
            }
            for (String path : new String[] {"/v1/models", "/v1/models/a/b", "/v1/models/a%2Fb", "/v1/x", "/foo", "/v1/completions", "/v1/chat//x", "/actuator", "/error", "/v1/models/molink-demo"}) {
                HttpResponse<String> r = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path)).header("Authorization", "Bearer test-key").build(), HttpResponse.BodyHandlers.ofString());
                System.out.println(path + " " + r.statusCode() + " " + r.headers().map() + "\n" + r.body());
            }
            HttpResponse<String> r = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/actuator/health")).build(), HttpResponse.BodyHandlers.ofString());
                System.out.println(r.statusCode() + " " + r.headers().map() + "\n" + r.body());
            }
        }
    }
}
