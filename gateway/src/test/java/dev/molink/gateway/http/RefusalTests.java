package dev.molink.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.RawHttp;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every refusal is OpenAI's four-key envelope with OpenAI's headers (OPENAI-API §2, cases C01–C16 and C20–C40). */
class RefusalTests {

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ScriptedNode node;
    private static ApiClient api;
    private static ApiClient stranger;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder);
        node = gateway.node(answer -> {
            answer.say(0, "Hello").stop(0);
            answer.report();
        });
        api = new ApiClient(gateway.port(), TestGateway.KEY);
        stranger = new ApiClient(gateway.port(), "");
    }

    @AfterAll
    static void stop() {
        node.close();
        gateway.close();
    }

    /** C01, C02 */
    @ParameterizedTest
    @ValueSource(strings = {"{'model':", "[]", "'text'", "12", "null", "", "{'model':'a'} trailing", "{'a':\u0001}"})
    void refusesABodyThatIsNoJsonObject(String body) {
        Answer answer = api.post("/v1/chat/completions", body);

        assertRefusal(answer, 400, null);
    }

    /** C03, C04, C20–C27, C31–C34, C38 */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'messages':[{'role':'user','content':'x'}]} | model | missing_required_parameter",
                "{'model':7,'messages':[{'role':'user','content':'x'}]} | model | invalid_type",
                "{'model':'molink-demo'} | messages | missing_required_parameter",
                "{'model':'molink-demo','messages':[]} | messages | empty_array",
                "{'model':'molink-demo','messages':'x'} | messages | invalid_type",
                "{'model':'molink-demo','messages':['x']} | messages[0] | invalid_type",
                "{'model':'molink-demo','messages':[{'content':'x'}]} | messages[0].role | missing_required_parameter",
                "{'model':'molink-demo','messages':[{'role':'king','content':'x'}]} | messages[0].role | invalid_value",
                "{'model':'molink-demo','messages':[{'role':'user'}]} | messages[0].content | missing_required_parameter",
                "{'model':'molink-demo','messages':[{'role':'user','content':5}]} | messages[0].content | invalid_type",
                "{'model':'molink-demo','messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'http://x'}}]}]} | messages[0].content[0] | invalid_value",
                "{'model':'molink-demo','messages':[{'role':'user','content':[{'type':'hologram'}]}]} | messages[0].content[0].type | invalid_value",
                "{'model':'molink-demo','messages':[{'role':'user','content':[{'type':'text'}]}]} | messages[0].content[0].text | missing_required_parameter",
            })
    void refusesABadConversationByField(String body, String param, String code) {
        Answer answer = api.post("/v1/chat/completions", body);

        assertRefusal(answer, 400, param);
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'n':0 | n | below_min_value",
                "'n':129 | n | above_max_value",
                "'n':1.5 | n | invalid_type",
                "'n':true | n | invalid_type",
                "'temperature':2.1 | temperature | above_max_value",
                "'temperature':-0.1 | temperature | below_min_value",
                "'temperature':'hot' | temperature | invalid_type",
                "'top_p':1.01 | top_p | above_max_value",
                "'top_p':0 | top_p | below_min_value",
                "'min_p':2 | min_p | above_max_value",
                "'top_k':-2 | top_k | below_min_value",
                "'seed':9223372036854775808 | seed | above_max_value",
                "'seed':-9223372036854775809 | seed | below_min_value",
                "'seed':'x' | seed | invalid_type",
                "'max_tokens':0 | max_tokens | below_min_value",
                "'max_tokens':-1 | max_tokens | below_min_value",
                "'max_completion_tokens':0 | max_completion_tokens | below_min_value",
                "'max_tokens':99999999999 | max_tokens | above_max_value",
                "'max_tokens':3000 | max_tokens | context_length_exceeded",
                "'max_tokens':5,'max_completion_tokens':3000 | max_completion_tokens | context_length_exceeded",
                "'max_tokens':3,'min_tokens':4 | min_tokens | above_max_value",
                "'min_tokens':-1 | min_tokens | below_min_value",
                "'stop':['a','b','c','d','e'] | stop | array_above_max_length",
                "'stop':[1] | stop[0] | invalid_type",
                "'stop':'' | stop | invalid_value",
                "'stop':{} | stop | invalid_type",
                "'stream':'yes' | stream | invalid_type",
                "'stream_options':[] | stream_options | invalid_type",
                "'stream_options':{'include_usage':1} | stream_options.include_usage | invalid_type",
                "'logprobs':1 | logprobs | invalid_type",
                "'logprobs':true,'top_logprobs':21 | top_logprobs | above_max_value",
                "'logprobs':true,'top_logprobs':-1 | top_logprobs | below_min_value",
                "'top_logprobs':2 | top_logprobs | invalid_value",
                "'prompt_logprobs':21 | prompt_logprobs | above_max_value",
                "'prompt_logprobs':1,'stream':true | prompt_logprobs | invalid_value",
                "'echo':true | echo | unsupported_parameter",
                "'presence_penalty':2.1 | presence_penalty | above_max_value",
                "'presence_penalty':'x' | presence_penalty | invalid_type",
                "'frequency_penalty':-2.1 | frequency_penalty | below_min_value",
                "'repetition_penalty':0 | repetition_penalty | below_min_value",
                "'repetition_penalty':-1 | repetition_penalty | below_min_value",
                "'typical_p':0 | typical_p | below_min_value",
                "'typical_p':1.1 | typical_p | above_max_value",
                "'logit_bias':[] | logit_bias | invalid_type",
                "'logit_bias':{'x':1} | logit_bias | invalid_value",
                "'logit_bias':{'-1':1} | logit_bias | invalid_value",
                "'logit_bias':{'2048':1} | logit_bias | invalid_value",
                "'logit_bias':{'5':101} | logit_bias.5 | above_max_value",
                "'logit_bias':{'5':'x'} | logit_bias.5 | invalid_type",
                "'allowed_token_ids':[] | allowed_token_ids | empty_array",
                "'allowed_token_ids':[5,-1] | allowed_token_ids[1] | below_min_value",
                "'allowed_token_ids':[5,2048] | allowed_token_ids[1] | invalid_value",
                "'stop_token_ids':[2048] | stop_token_ids[0] | invalid_value",
                "'service_tier':'gold' | service_tier | invalid_value",
                "'service_tier':1 | service_tier | invalid_type",
                "'priority':'urgent' | priority | invalid_value",
                "'timeout':0 | timeout | below_min_value",
                "'timeout':-1 | timeout | below_min_value",
                "'timeout':86401 | timeout | above_max_value",
                "'timeout':'soon' | timeout | invalid_type",
                "'queue_timeout':0 | queue_timeout | below_min_value",
                "'cache_salt':'' | cache_salt | invalid_value",
                "'cache_salt':7 | cache_salt | invalid_type",
                "'use_beam_search':true | use_beam_search | unsupported_parameter",
                "'guided_grammar':'x' | guided_grammar | unsupported_parameter",
                "'tools':[{'type':'function','function':{'name':'f'}}] | tools | unsupported_parameter",
                "'tool_choice':'required' | tool_choice | unsupported_parameter",
                "'functions':[{'name':'f'}] | functions | unsupported_parameter",
                "'modalities':['audio'] | modalities | unsupported_parameter",
                "'stop_token_ids':['x'] | stop_token_ids[0] | invalid_type",
                "'ignore_eos':1 | ignore_eos | invalid_type",
            })
    void refusesABadOptionByField(String option, String param, String code) {
        Answer answer = api.post(
                "/v1/chat/completions",
                "{'model':'molink-demo','messages':[{'role':'user','content':'x'}]," + option + "}");

        assertRefusal(answer, 400, param);
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'prompt':5 | prompt | invalid_type",
                "'prompt':[] | prompt | empty_array",
                "'prompt':[5,'x'] | prompt[1] | invalid_type",
                "'prompt':[2048] | prompt[0] | above_max_value",
                "'prompt':[-1] | prompt[0] | below_min_value",
                "'prompt':'' | prompt | invalid_value",
                "'prompt':[[1],[]] | prompt | invalid_value",
                "'prompt':'x','max_tokens':2048 | max_tokens | context_length_exceeded",
                "'prompt':'x','best_of':1,'n':2 | best_of | below_min_value",
                "'prompt':'x','best_of':3 | best_of | unsupported_parameter",
                "'prompt':'x','suffix':'y' | suffix | unsupported_parameter",
                "'prompt':'x','echo':1 | echo | invalid_type",
                "'prompt':'x','logprobs':true | logprobs | invalid_type",
                "'prompt':'x','logprobs':21 | logprobs | above_max_value",
                "'prompt':'x','logprobs':-1 | logprobs | below_min_value",
            })
    void refusesABadCompletionByField(String fields, String param, String code) {
        Answer answer = api.post("/v1/completions", "{'model':'molink-demo'," + fields + "}");

        assertRefusal(answer, 400, param);
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo(code);
    }

    @Test
    void namesTheFieldThatIsNestedTooDeep() {
        String deep = "[".repeat(1000) + "]".repeat(1000);

        Answer answer = api.post("/v1/chat/completions", "{\"model\": \"x\", \"messages\": %s}".formatted(deep));

        assertRefusal(answer, 400, "messages");
        assertThat(answer.json().at("/error/message").stringValue()).contains("nested deeper than 500 levels");
    }

    /** C28, C39, C40: neutral values and fields without effect are taken, unknown ones are named. */
    @Test
    void toleratesNeutralAndUnknownFields() {
        Answer answer = api.post(
                "/v1/completions",
                "{'model':'molink-demo','prompt':'x','user':'u','presence_penalty':0,'frequency_penalty':0,"
                        + "'logit_bias':{},'echo':false,'best_of':1,'suffix':null,'logprobs':null,"
                        + "'response_format':{'type':'text'},'colour':'red','n':null,'stream_options':{'include_usage':true}}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("molink-ignored-fields")).hasValue("colour");
    }

    /** C05 */
    @Test
    void answersAnUnknownModelWith404() {
        Answer answer =
                api.post("/v1/chat/completions", "{'model':'gpt-9','messages':[{'role':'user','content':'x'}]}");

        assertRefusal(answer, 404, "model");
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo("model_not_found");
        assertRefusal(api.get("/v1/models/Qwen/Qwen3-0.6B"), 404, "model");
    }

    /** C06 */
    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer wrong", "Basic dGVzdA==", "test-key", "Bearer sk-x-y-z"})
    void refusesARequestWithoutAValidKey(String authorization) {
        Answer answer = stranger.send(
                "/v1/models",
                request -> authorization.isEmpty() ? request : request.header("Authorization", authorization));

        assertRefusal(answer, 401, null);
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo("invalid_api_key");
        assertThat(answer.header("WWW-Authenticate")).hasValue("Bearer");
        assertThat(answer.body()).doesNotContain("wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/completions", "/generate"})
    void refusesToGenerateForAStranger(String path) {
        assertRefusal(stranger.post(path, "{}"), 401, null);
    }

    /** C07 */
    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/v1", "/v1/unknown", "/unknown", "/actuator", "/actuator/health", "/v1/chat", "/error/x"})
    void answersAnUnknownPathWith404(String path) {
        assertRefusal(api.get(path), 404, null);
        assertRefusal(stranger.get(path), 404, null);
    }

    /** C08 */
    @Test
    void answersAWrongMethodWith405() {
        Answer get = api.get("/v1/chat/completions");
        Answer delete = stranger.send("/v1/models", request -> request.DELETE());

        assertRefusal(get, 405, null);
        assertThat(get.header("Allow")).hasValue("POST");
        assertRefusal(delete, 405, null);
        assertThat(delete.header("Allow"))
                .hasValueSatisfying(allow -> assertThat(allow).contains("GET"));
    }

    /** C09 */
    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"
            })
    void refusesAnotherMediaType(String type) {
        Answer answer = api.send(
                "/v1/completions",
                request -> request.header("Content-Type", type).POST(BodyPublishers.ofString("{}")));

        assertRefusal(answer, 415, null);
    }

    /** C10: 20 MB with and without a length */
    @Test
    void refusesABodyOverTheLimit() {
        byte[] large = new byte[20 * 1024 * 1024];

        Answer sized = api.send(
                "/v1/completions",
                request -> request.header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(large)));
        Answer chunked = api.send(
                "/v1/completions",
                request -> request.header("Content-Type", "application/json")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large))));

        assertRefusal(sized, 413, null);
        assertRefusal(chunked, 413, null);
    }

    /** C11 */
    @Test
    void refusesAGzipBomb() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[50 * 1024 * 1024]);
        }

        Answer answer = api.send(
                "/v1/completions",
                request -> request.header("Content-Type", "application/json")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(bomb.toByteArray())));

        assertRefusal(answer, 413, null);
    }

    @Test
    void readsAGzippedBody() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(body)) {
            gzip.write("{\"model\":\"molink-demo\",\"prompt\":\"x\"}".getBytes(StandardCharsets.UTF_8));
        }

        Answer answer = api.send(
                "/v1/completions",
                request -> request.header("Content-Type", "application/json")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(body.toByteArray())));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br"})
    void refusesABodyThatIsNotEncodedAsItSays(String encoding) {
        Answer answer = api.send(
                "/v1/completions",
                request -> request.header("Content-Type", "application/json")
                        .header("Content-Encoding", encoding)
                        .POST(BodyPublishers.ofString("{}")));

        assertRefusal(answer, encoding.equals("gzip") ? 400 : 415, null);
    }

    /** C13 */
    @Test
    void neverRepeatsThePromptInARefusal() {
        Answer broken = api.post("/v1/completions", "{'prompt':'canary-7319', broken");
        Answer wrong = api.post("/v1/completions", "{'model':'molink-demo','prompt':{'canary-7319':1}}");

        assertThat(broken.body()).doesNotContain("canary");
        assertThat(wrong.body()).doesNotContain("canary");
    }

    /** C14, C15 */
    @Test
    void ignoresSdkHeadersAndSendsNoCorsHeaders() {
        Answer answer = api.send(
                "/v1/models",
                request -> request.header("X-Stainless-Lang", "js").header("Origin", "https://example.com"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    /** C16 */
    @Test
    void answersHeadLikeGetWithoutABody() {
        Answer answer = api.send("/v1/models", request -> request.HEAD());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    /** What Tomcat and the firewall refuse before any handler */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /v1/models/%zz HTTP/1.1 | 400",
                "GET /v1//models HTTP/1.1 | 400",
                "GET /v1/models;a=b HTTP/1.1 | 400",
                "GET /v1/../v1/models HTTP/1.1 | 400",
                "GET /v1/<x> HTTP/1.1 | 400",
                "G@T /v1/models HTTP/1.1 | 400",
                "TRACE /v1/models HTTP/1.1 | 405",
                "BREW /v1/models HTTP/1.1 | 400",
            })
    void answersWhatTheServerItselfRefusesWithTheEnvelope(String requestLine, int status) throws IOException {
        String answer;
        try (RawHttp client = new RawHttp(gateway.port())) {
            answer = client.send(requestLine + "\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .answer();
        }

        assertThat(answer).startsWith("HTTP/1.1 " + status);
        assertThat(answer).contains("{\"error\":{\"message\":", "\"param\":null", "\"code\":");
        assertThat(answer).doesNotContain("<html", "Exception", "Tomcat");
    }

    private static void assertRefusal(Answer answer, int status, @Nullable String param) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).hasValue("application/json");
        JsonNode body = answer.json();
        assertThat(body.propertyNames()).containsExactly("error");
        JsonNode error = body.get("error");
        assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(error.get("message").stringValue()).isNotBlank();
        assertThat(error.get("type").stringValue()).isEqualTo("invalid_request_error");
        if (param == null) {
            assertThat(error.get("param").isNull()).as(answer.body()).isTrue();
        } else {
            assertThat(error.get("param").stringValue()).isEqualTo(param);
        }
        assertHeaders(answer);
    }

    /** C12 */
    private static void assertHeaders(Answer answer) {
        assertThat(answer.header("x-request-id"))
                .hasValueSatisfying(id -> assertThat(id).matches("req_[0-9a-f]{32}"));
        assertThat(answer.header("openai-version")).hasValue("2020-10-01");
        assertThat(answer.header("openai-processing-ms")).isPresent();
    }
}
