package dev.molink.gateway.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.molink.controlplane.keys.ProjectSettings;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.Priority;
import dev.molink.proto.node.v1.SamplingParameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a head gets of each field that a request may have. */
class SamplingTests {

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ScriptedNode node;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder, Map.of("molink.gateway.answers.queue-timeout", "90s"));
        node = gateway.node(answer -> {
            for (int choice = 0; choice < answer.request().getChoices(); choice++) {
                answer.say(choice, "x").stop(choice);
            }
            answer.report(report -> report.setCachedTokens(1));
        });
        api = new ApiClient(gateway.port(), TestGateway.KEY);
    }

    @AfterAll
    static void stop() {
        node.close();
        gateway.close();
    }

    @BeforeEach
    void forget() {
        node.forgetRequests();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/completions", "/generate"})
    void everySamplingFieldReachesTheHead(String path) {
        GenerateRequest request = sent(
                path,
                "'temperature':1.5,'top_p':0.5,'top_k':7,'min_p':0.25,'typical_p':0.75,'repetition_penalty':1.25,"
                        + "'frequency_penalty':-2,'presence_penalty':2,'seed':-9223372036854775808,"
                        + "'logit_bias':{'5':-100,'2047':100},'allowed_token_ids':[5,2047],'stop_token_ids':[9],"
                        + "'min_tokens':3,'ignore_eos':true,'max_tokens':8,'n':128");

        SamplingParameters sampling = request.getSampling();
        assertThat(sampling)
                .isEqualTo(SamplingParameters.newBuilder()
                        .setTemperature(1.5f)
                        .setTopP(0.5f)
                        .setTopK(7)
                        .setMinP(0.25f)
                        .setTypicalP(0.75f)
                        .setRepetitionPenalty(1.25f)
                        .setFrequencyPenalty(-2)
                        .setPresencePenalty(2)
                        .setSeed(Long.MIN_VALUE)
                        .putLogitBias(5, -100)
                        .putLogitBias(2047, 100)
                        .addAllowedTokenIds(5)
                        .addAllowedTokenIds(2047)
                        .addStopTokenIds(9)
                        .setMinTokens(3)
                        .setIgnoreEnd(true)
                        .build());
        assertThat(request.getChoices()).isEqualTo(128);
        assertThat(request.getMaxTokens()).isEqualTo(8);
    }

    @Test
    void whatARequestLeavesOutIsTheModelsOwn() {
        GenerateRequest request = sent("/v1/completions", "'n':1");

        assertThat(request.getSampling())
                .isEqualTo(SamplingParameters.newBuilder()
                        .setTemperature(0.7f)
                        .setTopP(0.9f)
                        .setRepetitionPenalty(1.1f)
                        .build());
        assertThat(request.getPriority()).isEqualTo(Priority.PRIORITY_INTERACTIVE);
        assertThat(request.getTimeoutMillis()).isZero();
        assertThat(request.getQueueTimeoutMillis()).isEqualTo(90_000);
        assertThat(request.hasPromptLogprobs()).isFalse();
        assertThat(request.hasStructure()).isFalse();
    }

    /** A share so small that a float holds it as nothing is not turned into "off". */
    @Test
    void aTinyShareStaysAboveNothing() {
        GenerateRequest request = sent("/v1/completions", "'top_p':1e-300,'typical_p':1e-300");

        assertThat(request.getSampling().getTopP()).isPositive();
        assertThat(request.getSampling().getTypicalP()).isPositive();
    }

    @Test
    void aDefaultLimitNeverExceedsTheContext() {
        String prompt = "[" + "5,".repeat(2039) + "5]";

        Answer answer = api.post("/v1/completions", "{'model':'molink-demo','prompt':%s}".formatted(prompt));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(node.nextRequest().getMaxTokens()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'service_tier':'auto' | PRIORITY_INTERACTIVE | default",
                "'service_tier':'default' | PRIORITY_INTERACTIVE | default",
                "'service_tier':'priority' | PRIORITY_INTERACTIVE | default",
                "'service_tier':'flex' | PRIORITY_BATCH | flex",
                "'priority':'batch' | PRIORITY_BATCH | ",
                "'priority':'interactive' | PRIORITY_INTERACTIVE | ",
                "'priority':'batch','service_tier':'auto' | PRIORITY_BATCH | flex",
                "'priority':'interactive','service_tier':'flex' | PRIORITY_INTERACTIVE | default",
            })
    void tiersAndPrioritiesAreTheHeadsTwoClasses(String fields, Priority priority, String tier) {
        for (String stream : new String[] {"false", "true"}) {
            Answer answer = api.post("/v1/chat/completions", body(fields + ",'stream':" + stream));

            assertThat(node.nextRequest().getPriority()).isEqualTo(priority);
            List<JsonNode> documents = answer.body().startsWith("{") ? List.of(answer.json()) : answer.chunks();
            assertThat(documents)
                    .allSatisfy(
                            document -> assertThat(document.path("service_tier").asString(""))
                                    .isEqualTo(tier == null ? "" : tier));
        }
    }

    @Test
    void timeOutsAreGivenInSecondsAndSentInMilliseconds() {
        GenerateRequest request = sent("/v1/chat/completions", "'timeout':2.5,'queue_timeout':0.0001");

        assertThat(request.getTimeoutMillis()).isEqualTo(2500);
        assertThat(request.getQueueTimeoutMillis()).isEqualTo(1);
    }

    @Test
    void projectsHaveCachesOfTheirOwnUnlessTheyShare() {
        Tenancy tenancy = gateway.bean(Tenancy.class);
        String demo = tenancy.projects().getFirst().projectId();

        ByteString own = sent("/v1/completions", "'n':1").getCacheSalt();
        ByteString again = sent("/v1/chat/completions", "'n':1").getCacheSalt();
        ByteString apart = sent("/v1/completions", "'cache_salt':'alice'").getCacheSalt();
        gateway.bean(ProjectSettings.class).sharePrefixCache(demo, true);
        ByteString shared = sent("/v1/completions", "'n':1").getCacheSalt();
        ByteString sharedApart = sent("/v1/completions", "'cache_salt':'alice'").getCacheSalt();
        gateway.bean(ProjectSettings.class).sharePrefixCache(demo, false);
        ByteString ownAgain = sent("/v1/completions", "'n':1").getCacheSalt();

        assertThat(own.size()).isEqualTo(32);
        assertThat(again).isEqualTo(own);
        assertThat(ownAgain).isEqualTo(own);
        assertThat(Set.of(own, apart, shared, sharedApart)).hasSize(4);
    }

    @Test
    void usageTellsWhatTheCacheSpared() {
        Answer whole = api.post("/v1/chat/completions", body("'n':2"));
        Answer streamed =
                api.post("/v1/chat/completions", body("'stream':true,'stream_options':{'include_usage':true}"));

        for (JsonNode usage :
                List.of(whole.json().get("usage"), streamed.chunks().getLast().get("usage"))) {
            assertThat(usage.at("/prompt_tokens_details/cached_tokens").intValue())
                    .isEqualTo(1);
            assertThat(usage.get("completion_tokens_details").propertyNames())
                    .containsExactly(
                            "reasoning_tokens",
                            "audio_tokens",
                            "accepted_prediction_tokens",
                            "rejected_prediction_tokens");
            assertThat(usage.get("completion_tokens_details"))
                    .allSatisfy(count -> assertThat(count.intValue()).isZero());
        }
    }

    private static GenerateRequest sent(String path, String fields) {
        Answer answer = api.post(path, body(fields));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return node.nextRequest();
    }

    private static String body(String fields) {
        return "{'model':'molink-demo','prompt':'x','messages':[{'role':'user','content':'x'}]," + fields + "}";
    }
}
