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
import tools.jackson.databind.node.ObjectNode;

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

    /** A field of a completion, its value, and the field that the refusal names. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "n                  | 129                      | n",
                "n                  | 0                        | n",
                "best_of            | 3                        | best_of",
                "max_tokens         | 2048                     | max_tokens",
                "max_tokens         | 0                        | max_tokens",
                "max_tokens         | 99999999999999999999     | max_tokens",
                "prompt             | \"\"                       | prompt",
                "prompt             | []                       | prompt",
                "prompt             | [[]]                     | prompt",
                "prompt             | [1, 2048]                | prompt[1]",
                "prompt             | [1, -1]                  | prompt[1]",
                "prompt             | [[1], [2, 1000000]]      | prompt[1][1]",
                "logprobs           | 21                       | logprobs",
                "prompt_logprobs    | 21                       | prompt_logprobs",
                "logit_bias         | {\"5\": 100.5}            | logit_bias.5",
                "logit_bias         | {\"5\": -101}             | logit_bias.5",
                "logit_bias         | {\"2048\": 1}             | logit_bias",
                "logit_bias         | {\"fox\": 1}              | logit_bias",
                "stop_token_ids     | [2048]                   | stop_token_ids",
                "allowed_token_ids  | [2048]                   | allowed_token_ids",
                "temperature        | 2.1                      | temperature",
                "top_p              | 0                        | top_p",
                "min_tokens         | 17                       | min_tokens",
                "seed               | 1e30                     | seed",
            })
    void refusesAValueByItsField(String field, String value, String param) throws Exception {
        for (boolean stream : List.of(false, true)) {
            ObjectNode body = (ObjectNode) JsonMapper.shared().readTree("""
                    {"model": "molink-demo", "prompt": "canary-in-the-prompt", "stream": %s}""".formatted(stream));

            HttpResponse<String> response = demo.post(
                    "/v1/completions",
                    body.set(field, JsonMapper.shared().readTree(value)).toString());

            assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            assertThat(error(response).get("param").asString("")).startsWith(param);
        }
    }

    @ParameterizedTest
    @CsvSource({"top_logprobs,21", "n,129", "max_completion_tokens,2040"})
    void refusesAValueOfAChatByItsField(String field, String value) throws Exception {
        HttpResponse<String> response = demo.post(CHAT, """
                {"model": "molink-demo", "logprobs": true, "messages": [{"role": "user", "content": "Hello"}],
                 "%s": %s}""".formatted(field, value));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(error(response).get("param").asString()).isEqualTo(field);
    }

    @Test
    void refusesABodyThatIsNestedTooDeepByItsField() throws Exception {
        String nested = "[".repeat(1000) + "]".repeat(1000);

        HttpResponse<String> response =
                demo.post(CHAT, "{\"model\": \"molink-demo\", \"messages\": %s}".formatted(nested));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).get("param").asString()).isEqualTo("messages");
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
