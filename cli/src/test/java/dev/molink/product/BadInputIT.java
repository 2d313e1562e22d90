package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a careless or hostile client sends to the running product: always OpenAI's envelope, and the product goes on. */
class BadInputIT {

    private static final String CHAT = "/v1/chat/completions";
    private static final String CANARY = "canary-in-the-prompt";

    private static RunningDemo demo;

    @BeforeAll
    static void start() throws Exception {
        demo = RunningDemo.shared();
    }

    @AfterEach
    void stillServes() throws Exception {
        assertThat(demo.get("/v1/models").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":                                                  |400|",
                "[1, 2]                                                       |400|",
                "\"text\"                                                     |400|",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}   |400|model",
                "{\"model\": \"molink-demo\", \"messages\": []}               |400|messages",
                "{\"model\": \"molink-demo\", \"messages\": \"canary-in-the-prompt\"} |400|messages",
                "{\"model\": 7, \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]} |400|model",
                "{\"model\": \"nobody\", \"messages\": [{\"role\": \"user\", \"content\": \"canary-in-the-prompt\"}]} |404|model"
            })
    void refusesABrokenBody(String body, int status, String param) throws Exception {
        HttpResponse<String> response = demo.post(CHAT, body);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(error(response).get("param").asString("")).isEqualTo(param == null ? "" : param);
    }

    @Test
    void refusesABodyOfTwentyMegabytes() throws Exception {
        String body = "{\"model\": \"molink-demo\", \"prompt\": \"" + "x".repeat(20_000_000) + "\"}";

        HttpResponse<String> response = demo.post("/v1/completions", body);

        assertThat(response.statusCode()).isEqualTo(413);
        error(response);
    }

    @Test
    void refusesKeysThatAreMissingUnknownOrNoKeysAtAll() throws Exception {
        for (String key : List.of("sk-nobody", "x", "sk-live-aaaaaaaa-bbbbbbbbbbbbbbbbbbbbbbbb", "\u00e9")) {
            HttpResponse<String> response = demo.post(CHAT, "{}", key);

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(error(response).get("code").asString()).isEqualTo("invalid_api_key");
            assertThat(response.headers().firstValue("www-authenticate")).isPresent();
        }
        HttpResponse<String> none = RunningDemo.http(
                HttpRequest.newBuilder(URI.create(demo.url("/v1/models"))).build());
        assertThat(none.statusCode()).isEqualTo(401);
    }

    @Test
    void answersUnknownPathsAndWrongMethodsWithTheEnvelope() throws Exception {
        HttpResponse<String> path = demo.get("/v1/nothing/here");
        HttpResponse<String> method = demo.get(CHAT);
        HttpResponse<String> type = RunningDemo.http(HttpRequest.newBuilder(URI.create(demo.url(CHAT)))
                .header("Authorization", "Bearer " + demo.key())
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("hello"))
                .build());

        assertThat(path.statusCode()).isEqualTo(404);
        error(path);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.headers().firstValue("allow").orElseThrow()).contains("POST");
        error(method);
        assertThat(type.statusCode()).isIn(400, 415);
        error(type);
    }

    private static JsonNode error(HttpResponse<String> response) {
        JsonNode error = JsonMapper.shared().readTree(response.body()).get("error");
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.get("message").asString()).isNotBlank().doesNotContain(CANARY, "Exception", "at dev.molink");
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
        return error;
    }
}
