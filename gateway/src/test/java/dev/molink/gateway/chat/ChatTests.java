package dev.molink.gateway.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.DemoText;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.GenerateRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Conversations of the bundled model (OPENAI-API §1 and §3, cases C25, C30, C37, C39, C40, C50). */
class ChatTests {

    private static final String ANSWER = "MoLink is a system.";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ScriptedNode node;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder);
        node = gateway.node(answer -> {
            answer.say(0, ANSWER).stop(0);
            answer.report();
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

    @Test
    void rendersTheConversationAsTheModelWasTrained() {
        ask("[{'role':'user','content':'What is MoLink?'}]");

        assertThat(prompt(node.nextRequest())).isEqualTo("""
                        <|im_start|>system
                        You are a helpful assistant.<|im_end|>
                        <|im_start|>user
                        What is MoLink?<|im_end|>
                        <|im_start|>assistant
                        """);
    }

    /** C37, C39 */
    @Test
    void joinsTextPartsAndReadsDeveloperAsSystem() {
        ask("[{'role':'developer','content':'Be brief.'},"
                + "{'role':'user','content':[{'type':'text','text':'One'},{'type':'text','text':'Two'}]},"
                + "{'role':'assistant','content':'Three'},{'role':'user','name':'me','content':'Four'}]");

        assertThat(prompt(node.nextRequest())).isEqualTo("""
                        <|im_start|>system
                        Be brief.<|im_end|>
                        <|im_start|>user
                        One
                        Two<|im_end|>
                        <|im_start|>assistant
                        Three<|im_end|>
                        <|im_start|>user
                        Four<|im_end|>
                        <|im_start|>assistant
                        """);
    }

    /** Earlier tool calls of a conversation reach the template, although new ones are refused */
    @Test
    void passesEarlierToolCallsToTheTemplate() {
        ask("[{'role':'user','content':'Add'},{'role':'assistant','content':null,'tool_calls':[{'id':'c1',"
                + "'type':'function','function':{'name':'add','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'c1','content':'3'}]");

        assertThat(prompt(node.nextRequest()))
                .contains("<tool_call>{\"name\": \"add\", \"arguments\": {}}</tool_call>")
                .contains("<|im_start|>tool\n3<|im_end|>");
    }

    @Test
    void answersWithAllKeysThatClientsRequire() {
        Answer answer = ask("[{'role':'user','content':'x'}]");

        JsonNode body = answer.json();
        assertThat(body.propertyNames()).contains("id", "object", "created", "model", "choices", "usage");
        assertThat(body.get("object").stringValue()).isEqualTo("chat.completion");
        JsonNode choice = body.at("/choices/0");
        assertThat(choice.propertyNames()).containsExactly("index", "message", "logprobs", "finish_reason");
        assertThat(choice.get("message").propertyNames()).containsExactly("role", "content", "refusal");
        assertThat(choice.at("/message/content").stringValue()).isEqualTo(ANSWER);
        assertThat(choice.at("/message/role").stringValue()).isEqualTo("assistant");
        assertThat(choice.get("finish_reason").stringValue()).isEqualTo("stop");
        assertThat(body.at("/usage/total_tokens").intValue())
                .isEqualTo(body.at("/usage/prompt_tokens").intValue()
                        + body.at("/usage/completion_tokens").intValue());
    }

    /** C50: role, content, finish with content, usage, [DONE] */
    @Test
    void streamsChunksInOrder() {
        Answer answer = api.post(
                "/v1/chat/completions",
                "{'model':'molink-demo','messages':[{'role':'user','content':'x'}],'stream':true,"
                        + "'stream_options':{'include_usage':true}}");

        List<JsonNode> chunks = answer.chunks();
        JsonNode first = chunks.getFirst().at("/choices/0");
        JsonNode finish = chunks.get(chunks.size() - 2).at("/choices/0");
        assertThat(first.at("/delta/role").stringValue()).isEqualTo("assistant");
        assertThat(first.at("/delta/content").stringValue()).isEmpty();
        assertThat(first.get("finish_reason").isNull()).isTrue();
        assertThat(finish.get("finish_reason").stringValue()).isEqualTo("stop");
        assertThat(finish.get("delta").has("content")).isTrue();
        assertThat(finish.get("delta").has("role")).isFalse();
        assertThat(chunks.getLast().get("choices").isEmpty()).isTrue();
        assertThat(chunks)
                .allSatisfy(
                        chunk -> assertThat(chunk.get("object").stringValue()).isEqualTo("chat.completion.chunk"));
        assertThat(answer.events().getLast()).isEqualTo("[DONE]");
    }

    /** C25, C30: what the context has left is the default and the limit */
    @Test
    void fillsTheContextAndNoMore() {
        ask("[{'role':'user','content':'x'}]");
        int promptTokens = node.nextRequest().getPromptTokenIdsCount();
        int room = 2048 - promptTokens;

        Answer exact = ask("[{'role':'user','content':'x'}],'max_tokens':" + room);
        Answer over = ask("[{'role':'user','content':'x'}],'max_completion_tokens':" + (room + 1));
        Answer newer = ask("[{'role':'user','content':'x'}],'max_tokens':9999,'max_completion_tokens':5");
        Answer silent = ask("[{'role':'user','content':'x'}]");
        Answer tooLong = ask("[{'role':'user','content':'%s'}]".formatted("word ".repeat(3000)));

        assertThat(List.of(exact.status(), newer.status(), silent.status())).containsOnly(200);
        assertThat(node.nextRequest().getMaxTokens()).isEqualTo(room);
        assertThat(node.nextRequest().getMaxTokens()).isEqualTo(5);
        assertThat(node.nextRequest().getMaxTokens()).isEqualTo(room);
        assertContextExceeded(over, "max_completion_tokens");
        assertContextExceeded(tooLong, "messages");
    }

    private static void assertContextExceeded(Answer refused, String field) {
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/error/code").stringValue()).isEqualTo("context_length_exceeded");
        assertThat(refused.json().at("/error/param").stringValue()).isEqualTo(field);
    }

    private static Answer ask(String messages) {
        return api.post("/v1/chat/completions", "{'model':'molink-demo','messages':" + messages + "}");
    }

    private static String prompt(GenerateRequest request) {
        return DemoText.tokenizer()
                .decode(
                        request.getPromptTokenIdsList().stream()
                                .mapToInt(Integer::intValue)
                                .toArray(),
                        false);
    }
}
